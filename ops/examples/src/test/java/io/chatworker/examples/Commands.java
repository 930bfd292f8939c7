package io.chatworker.examples;

import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands in a folder, each within a time, as a shell of a user would. */
final class Commands {

    /**
     * A group of its own, in which SIGINT is what it is in a terminal, even where the tests run in the background of a
     * script and so ignore it.
     */
    private static final String APART = """
            set -m
            default=
            if env --default-signal=INT true 2>/dev/null; then default='env --default-signal=INT'; fi
            $default bash -ec "$0" >"$1" 2>"$2" &
            wait $!
            """;

    private final Path folder;
    private final Map<String, String> environment;

    Commands(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** How a command ended and what it printed. */
    record Ran(int exit, String out, String err) {

        String all() {
            return out + err;
        }
    }

    /** Runs it to its end. */
    Ran run(String command, Duration most) {
        try (Running running = start(command)) {
            return running.end(most);
        }
    }

    /** Starts it in a process group of its own, which all its processes are in. */
    Running start(String command) {
        try {
            Path out = Files.createTempFile("example", ".out");
            Path err = Files.createTempFile("example", ".err");
            List<String> shell = List.of("bash", "-c", APART, command, out.toString(), err.toString());
            ProcessBuilder builder = new ProcessBuilder(shell).directory(folder.toFile());
            builder.environment().keySet().removeIf(name -> name.matches("(CHAT|RABBITMQ)_.*|PYTHONPATH|VIRTUAL_ENV"));
            builder.environment().putAll(environment);
            return new Running(command, builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command on its way. */
    record Running(String command, Process process, Path out, Path err) implements AutoCloseable {

        /** Waits until it has printed something. */
        void awaitOutput(Duration most) {
            Waits.until(
                    most,
                    () -> "output of " + command + "; " + read(err),
                    () -> !read(out).isEmpty() || !process.isAlive());
        }

        /** Waits until it has said this, as a program's log does on standard error. */
        void awaitOutput(String text, Duration most) {
            Waits.until(
                    most,
                    () -> "'" + text + "' from " + command + "; " + output(),
                    () -> output().contains(text) || !process.isAlive());
        }

        /** What it printed so far, errors too. */
        String output() {
            return read(out) + read(err);
        }

        /** Ctrl-C. */
        void interrupt() {
            signal("INT");
        }

        boolean endsWithin(Duration most) {
            try {
                return process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }

        Ran end(Duration most) {
            if (!endsWithin(most)) {
                throw new AssertionError("in " + most.toSeconds() + " s did not end: " + command + "\n" + output());
            }
            return new Ran(process.exitValue(), read(out), read(err));
        }

        /** The group of the command is that of the shell's one child. */
        private void signal(String name) {
            process.children().forEach(child -> {
                try {
                    new ProcessBuilder("kill", "-" + name, "--", "-" + child.pid())
                            .start()
                            .waitFor();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            // Those in groups of their own too.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            signal("KILL");
            process.destroyForcibly();
            try {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
