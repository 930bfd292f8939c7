package io.chatworker.worker.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Makes the meters of the catalogue, the same for the same labels. Labels are given in the catalogue's order. */
final class Meters {

    /** 10 ms to 5.5 min: the GenAI conventions' buckets, and two more for Ollama on a CPU. */
    private static final Duration[] TIMES = LongStream.iterate(10, time -> 2 * time)
            .limit(16)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** 1 to 67,108,864, the GenAI conventions' buckets. */
    private static final double[] TOKENS =
            DoubleStream.iterate(1, tokens -> 4 * tokens).limit(14).toArray();

    private final MeterRegistry registry;

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    Counter counter(Metric metric, String... labels) {
        return Counter.builder(metric.id())
                .description(metric.meaning())
                .tags(tags(metric, labels))
                .register(registry);
    }

    /** A counter whose value is kept elsewhere. */
    void counter(Metric metric, DoubleSupplier value, String... labels) {
        // Micrometer holds the object only weakly: a supplier that nobody else holds would be collected.
        FunctionCounter.builder(metric.id(), registry, _ -> value.getAsDouble())
                .description(metric.meaning())
                .baseUnit(metric.unit().isEmpty() ? null : metric.unit())
                .tags(tags(metric, labels))
                .register(registry);
    }

    void gauge(Metric metric, DoubleSupplier value, String... labels) {
        Gauge.builder(metric.id(), value::getAsDouble)
                .description(metric.meaning())
                .baseUnit(metric.unit().isEmpty() ? null : metric.unit())
                .tags(tags(metric, labels))
                .register(registry);
    }

    Timer timer(Metric metric, String... labels) {
        return Timer.builder(metric.id())
                .description(metric.meaning())
                .serviceLevelObjectives(TIMES)
                .tags(tags(metric, labels))
                .register(registry);
    }

    DistributionSummary tokens(Metric metric, String... labels) {
        return DistributionSummary.builder(metric.id())
                .description(metric.meaning())
                .serviceLevelObjectives(TOKENS)
                .tags(tags(metric, labels))
                .register(registry);
    }

    private static List<Tag> tags(Metric metric, String... labels) {
        if (labels.length != metric.labels().size()) {
            throw new IllegalArgumentException(metric + " has the labels " + metric.labels());
        }
        return IntStream.range(0, labels.length)
                .mapToObj(i -> Tag.of(metric.labels().get(i), labels[i]))
                .toList();
    }
}
