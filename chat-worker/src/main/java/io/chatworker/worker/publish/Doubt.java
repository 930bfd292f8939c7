package io.chatworker.worker.publish;

import java.time.Duration;

/**
 * Which nacks are taken for the channel's fault: up to three in a row, then one in half a minute. Finding out makes all
 * who share the channel wait, so a queue that is full for long must not do it often. Not thread-safe.
 */
final class Doubt {

    static final int IN_A_ROW = 3;
    static final long PERIOD = Duration.ofSeconds(30).toNanos();
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    private long debt;
    private long at;

    /** Times are {@link System#nanoTime()}'s. */
    Doubt(long now) {
        at = now;
    }

    /** Whether a nack at this time is doubted. A yes counts. */
    boolean allows(long now) {
        pay(now);
        if (debt > (IN_A_ROW - 1) * PERIOD) {
            return false;
        }
        debt += PERIOD;
        return true;
    }

    /** How long to wait before another channel tries: a second, and each further time in a row twice as long. */
    Duration delay(long now) {
        pay(now);
        long inARow = Math.max(1, (debt + PERIOD - 1) / PERIOD);
        return FIRST_WAIT.multipliedBy(1L << (inARow - 1));
    }

    private void pay(long now) {
        debt = Math.max(0, debt - (now - at));
        at = now;
    }
}
