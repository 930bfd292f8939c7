package io.chatworker.worker.run;

/**
 * The times between the tokens of one call, counted by size: a clock and an addition for each, so that they cost nothing
 * beside the token itself; whoever wants them takes the sums when the call is over. A token is a line of Ollama's that
 * says something, before any gathering. For the chat's own thread.
 */
public final class TokenGaps {

    /** Gap {@code i} is at most 10 ms × 2ⁱ; the last is without a bound. */
    public static final int SIZES = 17;

    private static final long FIRST_NANOS = 10_000_000;

    private final long[] counts = new long[SIZES];
    private long sum;
    private long lastAt;

    /** The upper bound of a size in seconds, infinite for the last. */
    public static double upTo(int size) {
        return size == SIZES - 1 ? Double.POSITIVE_INFINITY : FIRST_NANOS / 1e9 * (1L << size);
    }

    /** {@code now}: {@link System#nanoTime()}. */
    void token(long now) {
        if (lastAt != 0) {
            long gap = now - lastAt;
            counts[size(gap)]++;
            sum += gap;
        }
        lastAt = now;
    }

    private static int size(long gap) {
        long whole = Math.max(0, gap - 1) / FIRST_NANOS;
        return Math.min(Long.SIZE - Long.numberOfLeadingZeros(whole), SIZES - 1);
    }

    /** How many gaps had this size. */
    public long count(int size) {
        return counts[size];
    }

    /** All gaps together. */
    public double seconds() {
        return sum / 1e9;
    }
}
