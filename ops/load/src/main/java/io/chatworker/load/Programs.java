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
 * @param others programs that are no part of this one
 */
record Programs(
        Path workerJar,
        List<String> flags,
        List<String> workerFlags,
        @Nullable Duration interval,
        Path logs,
        Others others) {

    /**
     * Where the subjects in other languages are; null where this machine does not have what they need.
     *
     * @param goRelay the relay in Go, built
     * @param python an interpreter that has FastStream
     * @param pythonWorker the source of the worker on FastStream
     */
    record Others(
            @Nullable Path goRelay,
            @Nullable Path python,
            @Nullable Path pythonWorker) {

        boolean have(Subject subject) {
            return switch (subject.kind()) {
                case GO_RELAY -> goRelay != null;
                case FASTSTREAM -> python != null && pythonWorker != null;
                case WORKER, RELAY, SPRING, PERF_TEST -> true;
            };
        }
    }

    /** The command line of a subject that serves requests. */
    List<String> command(Subject subject) {
        return switch (subject.kind()) {
            case GO_RELAY -> List.of(String.valueOf(others.goRelay));
            case FASTSTREAM -> List.of(String.valueOf(others.python), String.valueOf(others.pythonWorker));
            case WORKER, RELAY, SPRING, PERF_TEST -> javaCommand(subject);
        };
    }

    private List<String> javaCommand(Subject subject) {
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
            case SPRING -> onClassPath(command, SpringWorker.class.getName());
            case PERF_TEST -> onClassPath(command, PerfTest.MAIN);
            case GO_RELAY, FASTSTREAM -> throw new IllegalArgumentException(subject.name() + " runs on no JVM");
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
