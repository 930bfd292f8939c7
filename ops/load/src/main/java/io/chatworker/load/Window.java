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
        latencies(tally.takeLatency(), values, Metric.LATENCY_P50, Metric.LATENCY_P99, Metric.LATENCY_P999);
        latencies(tally.takeFirstToken(), values, Metric.FIRST_P50, Metric.FIRST_P99, null);
        values.put(Metric.CHUNKS, messages / count);
        values.put(Metric.CHUNK_BYTES, (read.bytes() - chunks.bytes()) / (double) Math.max(1, messages));
        values.put(Metric.ANSWERS, (double) (tally.answers.sum() - answers));
        values.put(Metric.THREADS, (double) subject.threads());
        return values;
    }

    /** How many tokens, or else messages, the subject has received so far. */
    double worked() {
        long all = tally.written.sum() - written;
        return Math.max(1, all == 0 ? tally.chunks().count() - chunks.count() : all);
    }

    private static void latencies(
            Histogram micros, Map<Metric, Double> values, Metric p50, Metric p99, @Nullable Metric p999) {
        if (micros.getTotalCount() == 0) {
            return;
        }
        values.put(p50, micros.getValueAtPercentile(50) / MICROS_PER_MS);
        values.put(p99, micros.getValueAtPercentile(99) / MICROS_PER_MS);
        if (p999 != null) {
            values.put(p999, micros.getValueAtPercentile(99.9) / MICROS_PER_MS);
        }
    }
}
