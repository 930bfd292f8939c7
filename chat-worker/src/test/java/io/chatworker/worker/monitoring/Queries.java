package io.chatworker.worker.monitoring;

import io.chatworker.worker.testing.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All that rules and dashboard ask, and what of it has found no data yet. For an alert that is each series that it
 * names, since its whole expression finds something only when it fires.
 */
final class Queries {

    private static final Pattern SERIES =
            Pattern.compile("\\b(?:up|(?:chat|rabbitmq|instance)[a-z0-9_:]+)\\b(?:\\{[^}]*})?(?=[^(]|$)");

    private final PrometheusServer prometheus;
    private final List<String> unanswered = new ArrayList<>();

    Queries(PrometheusServer prometheus) {
        this.prometheus = prometheus;
        AlertRules rules = AlertRules.read();
        Dashboard dashboard = Dashboard.read();
        Stream<String> series = rules.alerts().stream()
                .map(alert -> alert.path("expr").asString())
                .flatMap(expression -> SERIES.matcher(expression).results().map(found -> found.group()));
        Stream.of(rules.records().stream(), series, dashboard.expressions().stream())
                .flatMap(expressions -> expressions)
                .map(Queries::hurried)
                .distinct()
                .forEach(unanswered::add);
    }

    /** As Grafana would ask for all workers and models, with a second for each minute. */
    private static String hurried(String expression) {
        return AlertRules.inSeconds(expression
                .replace("$__rate_interval", "5m")
                .replaceAll("\\$(worker|model)\\b", ".*")
                .replace("le=\"10.24\"", "le=\"0.64\""));
    }

    /** Waits until the worker has been seen at work and no alert is even pending. */
    void awaitHealthy() {
        await(
                "work at which no alert is up",
                () -> prometheus.hasData("chat_requests_total{outcome=\"completed\"} > 20")
                        && !prometheus.hasData("ALERTS"));
    }

    /** Waits until each query has found data. */
    void awaitAll() {
        await("data for all queries", unanswered::isEmpty);
    }

    /** Waits, and asks meanwhile what has found no data yet. */
    void await(String awaited, BooleanSupplier holds) {
        Waits.until(() -> awaited + "; firing: " + prometheus.firing() + "; without data: " + unanswered, () -> {
            unanswered.removeIf(prometheus::hasData);
            return holds.getAsBoolean();
        });
    }
}
