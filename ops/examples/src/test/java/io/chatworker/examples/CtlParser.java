package io.chatworker.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The parser of {@code ops/ctl}, out of its jar: asked for help, it reads all words first. Each in a process of its own
 * would take half a minute.
 */
final class CtlParser {

    private static final Path JAR = Page.TOP.resolve("ops/cli/target/cli.jar");
    private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z][a-z-]+)  +[A-Z]");

    private final List<String> commands;

    CtlParser() {
        commands = COMMAND.matcher(said(List.of()))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    boolean isCommand(String word) {
        return commands.contains(word);
    }

    /** Its help on these words, or what it does not understand in them. */
    String said(List<String> words) {
        List<String> all = new ArrayList<>(words);
        all.add(all.contains("--") ? all.indexOf("--") : all.size(), "--help");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (URLClassLoader jar =
                new URLClassLoader(new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            PrintStream out = new PrintStream(said, true, UTF_8);
            Supplier<Object> noTerminal = () -> null;
            Object io = open(jar, "Io").newInstance(Map.of(), InputStream.nullInputStream(), out, out, noTerminal);
            Constructor<?> main = open(jar, "Main");
            Method run = main.getDeclaringClass().getDeclaredMethod("run", String[].class);
            run.setAccessible(true);
            run.invoke(main.newInstance(io), (Object) all.toArray(String[]::new));
            return said.toString(UTF_8);
        } catch (Exception e) {
            throw new AssertionError("the command line cannot be asked for its help", e);
        }
    }

    private static Constructor<?> open(ClassLoader jar, String name) throws ClassNotFoundException {
        Constructor<?> constructor = jar.loadClass("io.chatworker.cli." + name).getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return constructor;
    }
}
