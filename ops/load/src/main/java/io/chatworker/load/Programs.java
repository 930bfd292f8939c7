package io.chatworker.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The programs to run, and how.
 *
 * @param workerJar the jar of the worker
 * @param flags for the JVM of every subject
 * @param workerFlags for the worker only, such as its cache
 * @param interval {@code CHAT_CHUNK_INTERVAL}, or null for the worker's default
 * @param logs folder for the output of the subjects
 */
record Programs(
        Path workerJar,
        List<String> flags,
        List<String> workerFlags,
        @Nullable Duration interval,
        Path logs) {

    /** The command line of a subject that serves requests. */
    List<String> command(Subject subject) {
        List<String> command = java(subject);
        switch (subject.kind()) {
            case WORKER -> {
                if (subject.jar() == null) {
                    command.addAll(workerFlags);
                }
                command.add("-jar");
                command.add((subject.jar() == null ? workerJar : subject.jar()).toString());
            }
            case RELAY -> onClassPath(command, Relay.class.getName());
            case PERF_TEST -> onClassPath(command, PerfTest.MAIN);
        }
        return command;
    }

    private List<String> java(Subject subject) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(subject.flags());
        return command;
    }

    private static void onClassPath(List<String> command, String main) {
        command.add("-cp");
        command.add(System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")));
        command.add(main);
    }
}
