package io.chatworker.load;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** The counters of a running scenario. Safe for any thread. */
final class Tally {

    private static final int DIGITS = 3;

    /** Tokens that the source wrote … */
    final LongAdder written = new LongAdder();
    /** … and that the consumer read. */
    final LongAdder tokens = new LongAdder();

    final LongAdder answers = new LongAdder();

    final LongAdder disorder = new LongAdder();
    final LongAdder lost = new LongAdder();
    /** Answers that failed, were cancelled, or never arrived. */
    final LongAdder failed = new LongAdder();

    // Microseconds, since they were last taken.
    private final Recorder latency = new Recorder(DIGITS);
    private final Recorder firstToken = new Recorder(DIGITS);

    // Guarded by this, because one without the other means nothing.
    private Chunks chunks = new Chunks(0, 0);

    /** Chunks, and their bytes together. */
    record Chunks(long count, long bytes) {}

    synchronized void chunk(int bytes) {
        chunks = new Chunks(chunks.count + 1, chunks.bytes + bytes);
    }

    synchronized Chunks chunks() {
        return chunks;
    }

    /** The time from the source's write of a token to the consumer's read. */
    void latency(long micros) {
        latency.recordValue(micros);
    }

    /** What the subject adds to the time to the first token. */
    void firstToken(long micros) {
        firstToken.recordValue(Math.max(0, micros));
    }

    Histogram takeLatency() {
        return latency.getIntervalHistogram();
    }

    Histogram takeFirstToken() {
        return firstToken.getIntervalHistogram();
    }
}
