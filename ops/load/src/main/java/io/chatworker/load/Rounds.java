package io.chatworker.load;

import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures all subjects in turn, round after round, so that whatever changes on the machine affects all alike. A subject
 * that fails takes no further part in its scenario; what it and the others have shown until then stays.
 */
final class Rounds {

    /** A Spring worker has a channel per stream, and a connection has 2,047; FastStream has one core. */
    private static final int MOST_STREAMS = 1_000;

    private final Trial.Bench bench;
    private final List<Subject> subjects;
    private final PrintStream progress;
    private final List<Measured> measured = new ArrayList<>();
    private final List<Dropout> dropouts = new ArrayList<>();

    Rounds(Trial.Bench bench, List<Subject> subjects, PrintStream progress) {
        this.bench = bench;
        this.subjects = List.copyOf(subjects);
        this.progress = progress;
    }

    /** So many rounds of each scenario. */
    Report of(List<Scenario> scenarios, int rounds) throws InterruptedException {
        for (Scenario scenario : scenarios) {
            run(scenario, rounds);
        }
        return new Report(measured, dropouts);
    }

    private void run(Scenario scenario, int rounds) throws InterruptedException {
        Map<Subject, Trial> trials = new LinkedHashMap<>();
        try {
            for (Subject subject : subjects) {
                if (subject.kind() != Subject.Kind.PERF_TEST && isFit(subject, scenario)) {
                    start(scenario, subject, trials);
                }
            }
            boolean hasPerfTest = subjects.contains(Subject.PERF_TEST);
            for (int round = 1; round <= rounds; round++) {
                progress.printf("%s (%s), round %d of %d …%n", scenario.name(), scenario.about(), round, rounds);
                Map<Metric, Double> worker = round(scenario, trials, round);
                hasPerfTest = hasPerfTest && perfTest(scenario, worker, round);
            }
        } finally {
            trials.values().forEach(Trial::close);
        }
    }

    private void start(Scenario scenario, Subject subject, Map<Subject, Trial> trials) throws InterruptedException {
        try {
            trials.put(subject, Trial.start(bench, scenario, subject));
        } catch (IOException e) {
            dropsOut(scenario, subject, 0, e);
        }
    }

    private static boolean isFit(Subject subject, Scenario scenario) {
        return switch (subject.kind()) {
            case WORKER, PERF_TEST -> true;
            case RELAY, GO_RELAY -> scenario.toolCallBytes() == 0;
            case SPRING, FASTSTREAM -> scenario.toolCallBytes() == 0 && scenario.streams() <= MOST_STREAMS;
        };
    }

    /** Every other round goes backwards. Returns what the worker did. */
    private Map<Metric, Double> round(Scenario scenario, Map<Subject, Trial> trials, int round)
            throws InterruptedException {
        List<Map.Entry<Subject, Trial>> order = new ArrayList<>(trials.entrySet());
        if (round % 2 == 0) {
            order = order.reversed();
        }
        Map<Metric, Double> worker = Map.of();
        for (Map.Entry<Subject, Trial> next : order) {
            Subject subject = next.getKey();
            Trial trial = next.getValue();
            try {
                Map<Metric, Double> values = trial.round();
                if (subject.kind() == Subject.Kind.WORKER) {
                    worker = values;
                }
                add(scenario, subject, round, values);
            } catch (IOException | UncheckedIOException | ShutdownSignalException e) {
                dropsOut(scenario, subject, round, e);
                trials.remove(subject);
                trial.close();
            }
        }
        return worker;
    }

    /** PerfTest is last, because it repeats what the worker did; whether it goes on. */
    private boolean perfTest(Scenario scenario, Map<Metric, Double> worker, int round) throws InterruptedException {
        try {
            if (worker.isEmpty()) {
                throw new IOException("it repeats what the worker does, which was not measured");
            }
            add(scenario, Subject.PERF_TEST, round, Trial.perfTest(bench, scenario, worker));
            return true;
        } catch (IOException | ShutdownSignalException e) {
            dropsOut(scenario, Subject.PERF_TEST, round, e);
            return false;
        }
    }

    private void add(Scenario scenario, Subject subject, int round, Map<Metric, Double> values) {
        progress.printf(
                "  %-12s %,8.0f tokens/s, %.1f µs of CPU each%n",
                subject.name(), values.getOrDefault(Metric.TOKENS, 0.0), values.getOrDefault(Metric.CPU, 0.0));
        measured.add(new Measured(scenario.name(), subject.name(), round, values));
    }

    private void dropsOut(Scenario scenario, Subject subject, int round, Exception e) {
        Dropout dropout = new Dropout(scenario.name(), subject.name(), round, String.valueOf(e.getMessage()));
        progress.printf("  %-12s takes no further part: %s%n", subject.name(), dropout.reason());
        dropouts.add(dropout);
    }
}
