package io.chatworker.load;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** All results as medians, and the ratios of subjects that ran in the same round. */
final class Report {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int TITLE = 28;
    private static final int COLUMN = 12;

    /** One subject divided by another. */
    record Ratio(String of, String by) {
        String title() {
            return of + "/" + by;
        }
    }

    private final List<Measured> all;
    private final List<Dropout> dropouts;

    Report(List<Measured> all) {
        this(all, List.of());
    }

    Report(List<Measured> all, List<Dropout> dropouts) {
        this.all = List.copyOf(all);
        this.dropouts = List.copyOf(dropouts);
    }

    /** The subjects that failed. */
    List<Dropout> dropouts() {
        return dropouts;
    }

    /** Whether any answer was lost, out of order or failed. */
    boolean hasFaults() {
        return all.stream().anyMatch(Measured::hasFaults);
    }

    Set<String> scenarios() {
        Set<String> names = new LinkedHashSet<>();
        all.forEach(one -> names.add(one.scenario()));
        return names;
    }

    Set<String> subjects(String scenario) {
        Set<String> names = new LinkedHashSet<>();
        of(scenario).forEach(one -> names.add(one.subject()));
        return names;
    }

    private List<Measured> of(String scenario) {
        return all.stream().filter(one -> one.scenario().equals(scenario)).toList();
    }

    /** The worker divided by each reference; each variant divided by the worker. */
    List<Ratio> ratios(String scenario) {
        String worker = Subject.WORKER.name();
        List<Ratio> ratios = new ArrayList<>();
        for (String subject : subjects(scenario)) {
            boolean reference =
                    Subject.NAMED.stream().anyMatch(named -> named.name().equals(subject));
            if (!subject.equals(worker) && subjects(scenario).contains(worker)) {
                ratios.add(reference ? new Ratio(worker, subject) : new Ratio(subject, worker));
            }
        }
        return ratios;
    }

    Map<Metric, Double> medians(String scenario, String subject) {
        Map<Metric, Double> medians = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            Spread spread = Spread.of(values(scenario, subject, metric));
            if (spread != null) {
                medians.put(metric, spread.median());
            }
        }
        return medians;
    }

    /** What each round measured. */
    List<Double> values(String scenario, String subject, Metric metric) {
        return of(scenario).stream()
                .filter(one -> one.subject().equals(subject))
                .map(one -> one.values().get(metric))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The median over the pairs of each round. */
    Map<Metric, Double> ratio(String scenario, Ratio ratio) {
        Map<Metric, Double> ratios = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            Spread spread = spread(scenario, ratio, metric);
            if (spread != null && !metric.isFault()) {
                ratios.put(metric, spread.median());
            }
        }
        return ratios;
    }

    /** The pairs of each round; null where there is none. */
    @Nullable
    Spread spread(String scenario, Ratio ratio, Metric metric) {
        List<Double> pairs = new ArrayList<>();
        for (Measured one : of(scenario)) {
            Double value = one.values().get(metric);
            Double other = value(scenario, ratio.by, one.repeat(), metric);
            if (one.subject().equals(ratio.of) && value != null && other != null && other != 0) {
                pairs.add(value / other);
            }
        }
        return Spread.of(pairs);
    }

    private @Nullable Double value(String scenario, String subject, int repeat, Metric metric) {
        return of(scenario).stream()
                .filter(one -> one.subject().equals(subject) && one.repeat() == repeat)
                .map(one -> one.values().get(metric))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** A table per scenario, with a line per metric and a column per subject and ratio. */
    void print(PrintStream out) {
        for (String scenario : scenarios()) {
            Map<String, Map<Metric, Double>> columns = new LinkedHashMap<>();
            subjects(scenario).forEach(subject -> columns.put(subject, medians(scenario, subject)));
            Map<String, Map<Metric, Double>> ratios = new LinkedHashMap<>();
            ratios(scenario).forEach(ratio -> ratios.put(ratio.title(), ratio(scenario, ratio)));
            out.println();
            out.println(pad(scenario, TITLE, false)
                    + row(columns.keySet(), name -> name)
                    + row(ratios.keySet(), name -> name));
            for (Metric metric : Metric.values()) {
                if (!metric.isInTable()) {
                    continue;
                }
                out.println(pad(metric.title, TITLE, false)
                        + row(columns.values(), values -> shown(values.get(metric), metric.digits))
                        + row(ratios.values(), values -> shown(values.get(metric), 2)));
            }
        }
    }

    private static <T> String row(Iterable<T> cells, Function<T, String> shown) {
        StringBuilder row = new StringBuilder();
        cells.forEach(cell -> row.append(' ').append(pad(shown.apply(cell), COLUMN, true)));
        return row.toString();
    }

    private static String pad(String text, int width, boolean right) {
        String space = " ".repeat(Math.max(0, width - text.length()));
        return right ? space + text : text + space;
    }

    private static String shown(@Nullable Double value, int digits) {
        return value == null ? "-" : String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    /** Everything: each trial, medians and ratios, and the machine. */
    String json(Map<String, String> circumstances) {
        ObjectNode report = JSON.createObjectNode();
        circumstances.forEach(report::put);
        var trials = report.putArray("trials");
        for (Measured one : all) {
            ObjectNode trial = trials.addObject()
                    .put("scenario", one.scenario())
                    .put("subject", one.subject())
                    .put("repeat", one.repeat());
            one.values().forEach((metric, value) -> trial.put(metric.key, value));
        }
        var medians = report.putArray("medians");
        var ratios = report.putArray("ratios");
        for (String scenario : scenarios()) {
            for (String subject : subjects(scenario)) {
                ObjectNode median =
                        medians.addObject().put("scenario", scenario).put("subject", subject);
                medians(scenario, subject).forEach((metric, value) -> median.put(metric.key, value));
            }
            for (Ratio pair : ratios(scenario)) {
                ObjectNode ratio = ratios.addObject()
                        .put("scenario", scenario)
                        .put("subject", pair.of)
                        .put("by", pair.by);
                ratio(scenario, pair).forEach((metric, value) -> ratio.put(metric.key, value));
            }
        }
        var failed = report.putArray("dropouts");
        for (Dropout dropout : dropouts) {
            failed.addObject()
                    .put("scenario", dropout.scenario())
                    .put("subject", dropout.subject())
                    .put("round", dropout.round())
                    .put("reason", dropout.reason());
        }
        return JSON.writeValueAsString(report);
    }
}
