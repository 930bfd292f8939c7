package io.chatworker.worker.decode;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * When a message was sent, by its AMQP {@code timestamp}. That is in seconds, but some clients write milliseconds, and
 * some 0: what is a time of this century only as milliseconds is read so, and what is none either way is as absent.
 *
 * @param at the timestamp's beginning
 * @param precision how much later the message may have been sent
 */
record AmqpTimestamp(Instant at, Duration precision) {

    private static final long EARLIEST = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
    private static final long LATEST = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();

    /** {@code timestamp} as the client gives it: what was sent, times 1000. */
    static @Nullable AmqpTimestamp of(@Nullable Date timestamp) {
        if (timestamp == null) {
            return null;
        }
        long sent = timestamp.getTime() / 1000;
        if (isPlausible(sent)) {
            return new AmqpTimestamp(Instant.ofEpochSecond(sent), Duration.ofMillis(999));
        }
        return isPlausible(sent / 1000) ? new AmqpTimestamp(Instant.ofEpochMilli(sent), Duration.ZERO) : null;
    }

    private static boolean isPlausible(long seconds) {
        return seconds >= EARLIEST && seconds < LATEST;
    }

    /** The latest time at which the message may have been sent. */
    Instant latest() {
        return at.plus(precision);
    }
}
