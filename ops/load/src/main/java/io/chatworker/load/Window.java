package io.chatworker.load;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The measured part of a trial: what was counted between its start and its end. */
final class Window {

    private static final double MICROS_PER_MS = 1_000;

    /** The percentile that each metric shows. */
    static final Map<Metric, Double> LATENCY = Map.of(
            Metric.LATENCY_P25, 25.0,
            Metric.LATENCY_P50, 50.0,
            Metric.LATENCY_P75, 75.0,
            Metric.LATENCY_P90, 90.0,
            Metric.LATENCY_P95, 95.0,
            Metric.LATENCY_P99, 99.0,
            Metric.LATENCY_P999, 99.9);

    private static final Map<Metric, Double> FIRST_TOKEN = Map.of(Metric.FIRST_P50, 50.0, Metric.FIRST_P99, 99.0);

    private final Tally tally;
    private final ProcessMeter subject;
    private final @Nullable ProcessMeter broker;

    private final long beganAt;
    private final long written;
    private final long tokens;
    private final Tally.Chunks chunks;
    private final long answers;
    private final long cpu;
    private final long brokerCpu;

    private Window(Tally tally, ProcessMeter subject, @Nullable ProcessMeter broker) throws IOException {
        this.tally = tally;
        this.subject = subject;
        this.broker = broker;
        tally.takeLatency();
        tally.takeFirstToken();
        beganAt = System.nanoTime();
        written = tally.written.sum();
        tokens = tally.tokens.sum();
        chunks = tally.chunks();
        answers = tally.answers.sum();
        cpu = subject.cpuMicros();
        brokerCpu = broker == null ? 0 : broker.cpuMicros();
    }

    /** Begins now. */
    static Window open(Tally tally, ProcessMeter subject, @Nullable ProcessMeter broker) throws IOException {
        return new Window(tally, subject, broker);
    }

    /**
     * Ends now. CPU of the subject is divided by the tokens written, everything else by the tokens read: they differ when
     * a queue grows. Without tokens, the figures are per message.
     */
    Map<Metric, Double> close() throws IOException {
        double cpuUsed = subject.cpuMicros() - cpu;
        double brokerUsed = broker == null ? 0 : broker.cpuMicros() - brokerCpu;
        double seconds =
                (System.nanoTime() - beganAt) / (double) Duration.ofSeconds(1).toNanos();
        Tally.Chunks read = tally.chunks();
        long messages = read.count() - chunks.count();
        long all = tally.tokens.sum() - tokens;
        double count = Math.max(1, all == 0 ? messages : all);
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.TOKENS, count / seconds);
        values.put(Metric.CPU, cpuUsed / worked());
        if (broker != null) {
            values.put(Metric.BROKER_CPU, brokerUsed / count);
        }
        latencies(tally.takeLatency(), values, LATENCY);
        latencies(tally.takeFirstToken(), values, FIRST_TOKEN);
        values.put(Metric.CHUNKS, messages / count);
        values.put(Metric.CHUNK_BYTES, (read.bytes() - chunks.bytes()) / (double) Math.max(1, messages));
        double ended = tally.answers.sum() - answers;
        values.put(Metric.ANSWERS, ended);
        if (ended > 0) {
            values.put(Metric.ANSWER_CPU, cpuUsed / ended / MICROS_PER_MS);
        }
        values.put(Metric.THREADS, (double) subject.threads());
        return values;
    }

    /** How many tokens, or else messages, the subject has received so far. */
    double worked() {
        long all = tally.written.sum() - written;
        return Math.max(1, all == 0 ? tally.chunks().count() - chunks.count() : all);
    }

    private static void latencies(Histogram micros, Map<Metric, Double> values, Map<Metric, Double> percentiles) {
        if (micros.getTotalCount() > 0) {
            percentiles.forEach((metric, percentile) ->
                    values.put(metric, micros.getValueAtPercentile(percentile) / MICROS_PER_MS));
        }
    }
}
