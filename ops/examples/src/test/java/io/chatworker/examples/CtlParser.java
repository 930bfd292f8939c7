package io.chatworker.examples;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The parser of {@code ops/ctl}, out of its jar: in a process of its own each command would take a second. */
final class CtlParser {

    private static final Path JAR = Page.TOP.resolve("ops/cli/target/cli.jar");

    private final Set<?> commands;

    CtlParser() {
        commands = with(parser ->
                ((Map<?, ?>) parser.getClass().getMethod("getSubcommands").invoke(parser)).keySet());
    }

    private interface Work<T> {
        T on(Object parser) throws ReflectiveOperationException;
    }

    boolean isCommand(String word) {
        return commands.contains(word);
    }

    /** What it does not understand in these words. */
    Optional<String> problem(List<String> words) {
        return with(parser -> {
            try {
                Method parse = parser.getClass().getMethod("parseArgs", String[].class);
                parse.invoke(parser, (Object) words.toArray(String[]::new));
                return Optional.empty();
            } catch (InvocationTargetException e) {
                return Optional.of(e.getCause().getMessage());
            }
        });
    }

    private static <T> T with(Work<T> work) {
        try (URLClassLoader jar =
                new URLClassLoader(new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            Supplier<Object> noTerminal = () -> null;
            Class<?> io = jar.loadClass("io.chatworker.cli.Io");
            Class<?> main = jar.loadClass("io.chatworker.cli.Main");
            Object streams = open(io.getDeclaredConstructors()[0])
                    .newInstance(Map.of(), InputStream.nullInputStream(), nowhere, nowhere, noTerminal);
            Object program = open(main.getDeclaredConstructor(io)).newInstance(streams);
            return work.on(open(main.getDeclaredMethod("commandLine")).invoke(program));
        } catch (Exception e) {
            throw new AssertionError("the command line of " + JAR + " cannot be asked", e);
        }
    }

    private static <T extends AccessibleObject> T open(T member) {
        member.setAccessible(true);
        return member;
    }
}
