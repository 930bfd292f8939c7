package io.chatworker.worker.monitoring;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of Prometheus that this machine has, or that {@code ops/test} has fetched and put on the PATH. */
record Program(Path file) {

    private static final long MINUTES = 2;

    /** How it ended, and all it printed. */
    record Ran(int exit, String printed) {}

    /** Skips the test where there is none. */
    static Program assumed(String name) {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "this machine has no " + name + "; ops/test fetches it where it can");
        return new Program(found.orElseThrow());
    }

    /** Runs it to its end in the folder of the rules. */
    Ran run(String... arguments) {
        try {
            List<String> command = new ArrayList<>(List.of(file.toString()));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .directory(AlertRules.FOLDER.toFile())
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(file + " did not end; it printed " + printed);
            }
            return new Ran(process.exitValue(), printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
