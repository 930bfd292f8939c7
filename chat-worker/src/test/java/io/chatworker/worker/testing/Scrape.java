package io.chatworker.worker.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The series of one scrape, in Prometheus' text format. */
public record Scrape(List<Series> series) {

    private static final Pattern SERIES = Pattern.compile("(\\w+)(\\{.*\\})? (\\S+)");

    /** One of them; {@code labels} as they are written, in braces, or empty. */
    public record Series(String name, String labels, double value) {}

    public static Scrape of(String text) {
        List<Series> series = new ArrayList<>();
        for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
            Matcher found = SERIES.matcher(line);
            if (!found.matches()) {
                throw new AssertionError("no series: " + line);
            }
            String labels = found.group(2) == null ? "" : found.group(2);
            series.add(new Series(found.group(1), labels, Double.parseDouble(found.group(3))));
        }
        return new Scrape(series);
    }

    public Set<String> names() {
        return series.stream().map(Series::name).collect(Collectors.toSet());
    }

    /** The sum of all series of this name with all these labels, such as {@code code="internal_error"}. */
    public double sum(String name, String... labels) {
        return series.stream()
                .filter(one -> one.name().equals(name))
                .filter(one -> List.of(labels).stream().allMatch(one.labels()::contains))
                .mapToDouble(Series::value)
                .sum();
    }

    /** Whether every request that was received has ended in one way, or is in flight. */
    public boolean keepsTheLawOfSums() {
        return sum("chat_requests_received_total") == sum("chat_requests_total") + sum("chat_requests_in_flight");
    }

    /** What the law of sums is about. */
    public String sums() {
        return series.stream()
                .filter(one -> one.name().startsWith("chat_requests_") && one.value() != 0)
                .map(one -> one.name() + one.labels() + " " + one.value())
                .collect(Collectors.joining(", "));
    }
}
