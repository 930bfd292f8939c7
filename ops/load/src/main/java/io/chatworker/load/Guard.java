package io.chatworker.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether the worker got dearer: its ratios to the relays, which the machine hardly changes, against those of a run that
 * was found good. A median above the highest pair of that run is a regression.
 */
final class Guard {

    static final List<String> SCENARIOS = List.of("100x20", "saturated-20");
    static final List<Subject> SUBJECTS = List.of(Subject.WORKER, Subject.RELAY, Subject.GO_RELAY);

    private static final List<Metric> METRICS = List.of(Metric.CPU, Metric.BROKER_CPU);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Guard() {}

    /** Writes the ratios of a run that is found good. */
    static void record(Report report, Map<String, String> circumstances, Path expected) throws IOException {
        ObjectNode file = JSON.createObjectNode();
        circumstances.forEach(file::put);
        var ratios = file.putArray("ratios");
        for (String scenario : report.scenarios()) {
            for (Report.Ratio ratio : report.ratios(scenario)) {
                for (Metric metric : METRICS) {
                    Spread spread = isGuarded(ratio) ? report.spread(scenario, ratio, metric) : null;
                    if (spread != null) {
                        ratios.addObject()
                                .put("scenario", scenario)
                                .put("subject", ratio.of())
                                .put("by", ratio.by())
                                .put("metric", metric.key)
                                .put("median", spread.median())
                                .put("least", spread.least())
                                .put("most", spread.most());
                    }
                }
            }
        }
        Files.writeString(expected, JSON.writeValueAsString(file) + "\n");
    }

    /**
     * Shows each ratio next to the one expected; whether none is too high.
     *
     * @throws IOException if the file cannot be read, or has nothing about what was measured
     */
    static boolean passes(Report report, Path expected, PrintStream out) throws IOException {
        boolean passes = true;
        int compared = 0;
        for (JsonNode ratio : JSON.readTree(Files.readString(expected)).path("ratios")) {
            String scenario = ratio.path("scenario").asString();
            Report.Ratio pair = new Report.Ratio(
                    ratio.path("subject").asString(), ratio.path("by").asString());
            Metric metric = metric(ratio.path("metric").asString());
            Spread spread = metric == null ? null : report.spread(scenario, pair, metric);
            if (metric != null && spread != null) {
                double most = ratio.path("most").asDouble();
                boolean tooHigh = spread.median() > most;
                passes &= !tooHigh;
                compared++;
                out.printf(
                        "%-14s %-20s %-18s %.2f (%.2f to %.2f), expected %.2f (%.2f to %.2f)%s%n",
                        scenario,
                        pair.title(),
                        metric.title,
                        spread.median(),
                        spread.least(),
                        spread.most(),
                        ratio.path("median").asDouble(),
                        ratio.path("least").asDouble(),
                        most,
                        tooHigh ? ": TOO HIGH" : "");
            }
        }
        if (compared == 0) {
            throw new IOException(expected + " has no ratio of what was measured");
        }
        return passes;
    }

    private static boolean isGuarded(Report.Ratio ratio) {
        return ratio.of().equals(Subject.WORKER.name())
                && SUBJECTS.stream().anyMatch(subject -> subject.name().equals(ratio.by()));
    }

    private static @Nullable Metric metric(String key) {
        for (Metric metric : Metric.values()) {
            if (metric.key.equals(key)) {
                return metric;
            }
        }
        return null;
    }
}
