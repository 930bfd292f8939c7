package io.chatworker.worker.publish;

import java.time.Duration;

/**
 * Which nacks are taken for the channel's fault: up to five in a row, then one in half a minute. Finding out makes all
 * who share the channel wait for a second, so a queue that is full for long must not do it often. Not thread-safe.
 */
final class Doubt {

    static final int IN_A_ROW = 5;
    static final long PERIOD = Duration.ofSeconds(30).toNanos();

    private long debt;
    private long at;

    /** Times are {@link System#nanoTime()}'s. */
    Doubt(long now) {
        at = now;
    }

    /** Whether a nack at this time is doubted. A yes counts. */
    boolean allows(long now) {
        debt = Math.max(0, debt - (now - at));
        at = now;
        if (debt > (IN_A_ROW - 1) * PERIOD) {
            return false;
        }
        debt += PERIOD;
        return true;
    }
}
