package io.chatworker.cli;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Where {@code java -jar} begins. Compiled for Java 11, unlike all else, so that an older Java gets a sentence and not an
 * {@code UnsupportedClassVersionError}.
 */
public final class Launcher {

    private static final int NEEDED = 25;

    private Launcher() {}

    /** Passes everything on, or exits with 1. */
    public static void main(String[] arguments) throws Throwable {
        int here = Runtime.version().feature();
        if (here < NEEDED) {
            System.err.println("The command line needs Java " + NEEDED + " or newer, and this is Java " + here + " in "
                    + System.getProperty("java.home") + ".");
            System.err.println(
                    "Start it with ops/ctl, which finds a newer one, or by the full path of one: <JDK>/bin/java.");
            System.exit(1);
        }
        MethodHandles.lookup()
                .findStatic(
                        Class.forName("io.chatworker.cli.Main"),
                        "main",
                        MethodType.methodType(void.class, String[].class))
                .invoke(arguments);
    }
}
