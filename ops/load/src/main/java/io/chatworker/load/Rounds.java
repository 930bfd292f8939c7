package io.chatworker.load;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures all subjects in turn, round after round, so that whatever changes on the machine affects all alike. */
final class Rounds {

    /** A Spring worker has a channel per stream, and a connection has 2,047; FastStream has one core. */
    private static final int MOST_STREAMS = 1_000;

    private final Trial.Bench bench;
    private final List<Subject> subjects;
    private final PrintStream progress;

    Rounds(Trial.Bench bench, List<Subject> subjects, PrintStream progress) {
        this.bench = bench;
        this.subjects = List.copyOf(subjects);
        this.progress = progress;
    }

    /** So many rounds of one scenario. */
    List<Measured> of(Scenario scenario, int rounds) throws IOException, InterruptedException {
        Map<Subject, Trial> trials = new LinkedHashMap<>();
        try {
            for (Subject subject : subjects) {
                if (subject.kind() != Subject.Kind.PERF_TEST && isFit(subject, scenario)) {
                    trials.put(subject, Trial.start(bench, scenario, subject));
                }
            }
            List<Measured> measured = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                progress.printf("%s (%s), round %d of %d …%n", scenario.name(), scenario.about(), round, rounds);
                measured.addAll(round(scenario, trials, round));
            }
            return measured;
        } finally {
            for (Trial trial : trials.values()) {
                trial.close();
            }
        }
    }

    private static boolean isFit(Subject subject, Scenario scenario) {
        return switch (subject.kind()) {
            case WORKER, PERF_TEST -> true;
            case RELAY, GO_RELAY -> scenario.toolCallBytes() == 0;
            case SPRING, FASTSTREAM -> scenario.toolCallBytes() == 0 && scenario.streams() <= MOST_STREAMS;
        };
    }

    /** Every other round goes backwards; PerfTest is last, because it repeats what the worker did. */
    private List<Measured> round(Scenario scenario, Map<Subject, Trial> trials, int round)
            throws IOException, InterruptedException {
        List<Map.Entry<Subject, Trial>> order = new ArrayList<>(trials.entrySet());
        if (round % 2 == 0) {
            order = order.reversed();
        }
        List<Measured> measured = new ArrayList<>();
        Map<Metric, Double> worker = Map.of();
        for (Map.Entry<Subject, Trial> next : order) {
            Subject subject = next.getKey();
            Map<Metric, Double> values = next.getValue().round();
            if (subject.kind() == Subject.Kind.WORKER) {
                worker = values;
            }
            measured.add(shown(scenario, subject, round, values));
        }
        if (subjects.contains(Subject.PERF_TEST)) {
            Map<Metric, Double> values = Trial.perfTest(bench, scenario, worker);
            measured.add(shown(scenario, Subject.PERF_TEST, round, values));
        }
        return measured;
    }

    private Measured shown(Scenario scenario, Subject subject, int round, Map<Metric, Double> values) {
        progress.printf(
                "  %-12s %,8.0f tokens/s, %.1f µs of CPU each%n",
                subject.name(), values.getOrDefault(Metric.TOKENS, 0.0), values.getOrDefault(Metric.CPU, 0.0));
        return new Measured(scenario.name(), subject.name(), round, values);
    }
}
