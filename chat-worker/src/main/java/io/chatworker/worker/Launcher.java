package io.chatworker.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Where {@code java -jar} begins. Compiled for Java 17, unlike all else, so that such a Java, Debian's default, gets a
 * sentence and not an {@code UnsupportedClassVersionError}; Spring Boot's own loader needs 17 as well.
 */
public final class Launcher {

    private static final int NEEDED = 25;

    private Launcher() {}

    /** Starts the worker, or exits with 1. */
    public static void main(String[] arguments) throws Throwable {
        int here = Runtime.version().feature();
        if (here < NEEDED) {
            System.err.println("The worker needs Java " + NEEDED + " or newer, and this is Java " + here + " in "
                    + System.getProperty("java.home") + ".");
            System.err.println(
                    "Start it with ops/worker, which finds a newer one, or by the full path of one: <JDK>/bin/java.");
            System.exit(1);
        }
        MethodHandles.lookup()
                .findStatic(
                        Class.forName("io.chatworker.worker.ChatWorkerApplication"),
                        "main",
                        MethodType.methodType(void.class, String[].class))
                .invoke(arguments);
    }
}
