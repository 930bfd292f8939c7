package io.chatworker.worker.observe;

import java.util.Arrays;
import java.util.List;

/** What a scrape has to have by the catalogue. */
public final class Catalogue {

    private Catalogue() {}

    /** One series of each metric. */
    public static List<String> series() {
        return Arrays.stream(Metric.values())
                .map(metric -> metric.kind() == Metric.Kind.HISTOGRAM ? metric.exposed() + "_count" : metric.exposed())
                .toList();
    }

    /** Whether a series belongs to a metric of the catalogue. */
    public static boolean has(String series) {
        return Metric.ofSeries(series) != null;
    }
}
