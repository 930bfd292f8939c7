package io.chatworker.worker.observe;

import io.chatworker.worker.run.TokenGaps;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The times between tokens, added a whole call at once: Micrometer's timers take one time after the other, which would be
 * work for each token. Safe for any thread.
 */
final class GapHistogram implements Collector {

    private record Sums(List<LongAdder> counts, DoubleAdder seconds) {
        Sums() {
            this(Stream.generate(LongAdder::new).limit(TokenGaps.SIZES).toList(), new DoubleAdder());
        }
    }

    private final Metric metric;
    private final Map<Labels, Sums> series = new ConcurrentHashMap<>();

    GapHistogram(Metric metric) {
        this.metric = metric;
    }

    /** Adds the gaps of one call; without any, the series is there at least. */
    void add(TokenGaps gaps, String... labels) {
        Labels key = Labels.of(metric.exposedLabels().toArray(String[]::new), labels);
        Sums sums = series.computeIfAbsent(key, _ -> new Sums());
        for (int size = 0; size < TokenGaps.SIZES; size++) {
            sums.counts.get(size).add(gaps.count(size));
        }
        sums.seconds.add(gaps.seconds());
    }

    @Override
    public HistogramSnapshot collect() {
        HistogramSnapshot.Builder snapshot =
                HistogramSnapshot.builder().name(metric.exposed()).help(metric.meaning());
        series.forEach((labels, sums) -> snapshot.dataPoint(point(labels, sums)));
        return snapshot.build();
    }

    private static HistogramDataPointSnapshot point(Labels labels, Sums sums) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int size = 0; size < TokenGaps.SIZES; size++) {
            buckets.bucket(TokenGaps.upTo(size), sums.counts.get(size).sum());
        }
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(buckets.build())
                .sum(sums.seconds.sum())
                .build();
    }
}
