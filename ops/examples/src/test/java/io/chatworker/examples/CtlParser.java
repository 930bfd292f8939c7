package io.chatworker.examples;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
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

    private final Class<?> io;
    private final Class<?> main;
    private final Set<?> commands;

    CtlParser() {
        try {
            // As long as this JVM: what is asked later loads more of it.
            ClassLoader jar = new URLClassLoader(new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
            io = jar.loadClass("io.chatworker.cli.Io");
            main = jar.loadClass("io.chatworker.cli.Main");
            Object parser = parser();
            Method subcommands = parser.getClass().getMethod("getSubcommands");
            commands = ((Map<?, ?>) subcommands.invoke(parser)).keySet();
        } catch (ReflectiveOperationException | MalformedURLException e) {
            throw new LinkageError("the command line of " + JAR + " is not as it was", e);
        }
    }

    boolean isCommand(String word) {
        return commands.contains(word);
    }

    /** What it does not understand in these words. */
    Optional<String> problem(List<String> words) {
        try {
            Object parser = parser();
            Method parse = parser.getClass().getMethod("parseArgs", String[].class);
            parse.invoke(parser, (Object) words.toArray(String[]::new));
            return Optional.empty();
        } catch (InvocationTargetException e) {
            return Optional.of(e.getCause().getMessage());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the command line of " + JAR + " is not as it was", e);
        }
    }

    /** A new one, as it keeps what it has parsed. */
    private Object parser() throws ReflectiveOperationException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Supplier<Object> noTerminal = () -> null;
        Object streams = open(io.getDeclaredConstructors()[0])
                .newInstance(Map.of(), InputStream.nullInputStream(), nowhere, nowhere, noTerminal);
        Object program = open(main.getDeclaredConstructor(io)).newInstance(streams);
        return open(main.getDeclaredMethod("commandLine")).invoke(program);
    }

    private static <T extends AccessibleObject> T open(T member) {
        member.setAccessible(true);
        return member;
    }
}
