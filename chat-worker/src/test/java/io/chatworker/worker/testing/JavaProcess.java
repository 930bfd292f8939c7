package io.chatworker.worker.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program as a process of its own on this JVM's JDK, and what it prints. */
public final class JavaProcess implements AutoCloseable {

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();

    private JavaProcess(Process process) {
        this.process = process;
        // Reading a pipe holds the carrier of a virtual thread, and there are few of those.
        Thread.ofPlatform().daemon().name("output of a process").start(this::read);
    }

    /**
     * Starts one; its environment has these variables and what an operating system needs.
     *
     * @param arguments of {@code java}
     */
    public static JavaProcess start(Map<String, String> variables, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // A process of a test lives for seconds: it is to start soon.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.matches("(CHAT|OLLAMA|RABBITMQ|MANAGEMENT)_.*"));
        builder.environment().putAll(variables);
        try {
            return new JavaProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This JVM's, for {@code -cp}. */
    public static String classPath() {
        return System.getProperty("surefire.real.class.path", System.getProperty("java.class.path"));
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(output::add);
        } catch (IOException | UncheckedIOException e) {
            output.add("(the output ended: " + e.getMessage() + ")");
        }
    }

    /** All it printed, in lines. */
    public List<String> output() {
        return output;
    }

    /** The number that the first line has where this has a group, or 0 where there is none yet. */
    public int number(Pattern printed) {
        return output.stream()
                .map(printed::matcher)
                .filter(Matcher::find)
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .findFirst()
                .orElse(0);
    }

    /** The process itself, whose streams are not to be touched. */
    Process process() {
        return process;
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
