package io.chatworker.worker.observe;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that this process is stuck: requests are in flight, the broker is there, and for longer than every limit allows
 * nothing has happened to any of them. Nothing but a restart helps then. Safe for any thread.
 */
public final class Standstill {

    private final Duration limit;
    private final IntSupplier inFlight;
    private final LongSupplier moves;
    private final BooleanSupplier brokerIsThere;

    // Guarded by this.
    private long seenMoves = -1;
    private long since;

    /**
     * @param limit longer than anything in flight may take without a sign of life
     * @param moves a count that grows whenever something happens to a request
     * @param brokerIsThere false while the wait may be for the broker
     */
    Standstill(Duration limit, IntSupplier inFlight, LongSupplier moves, BooleanSupplier brokerIsThere) {
        this.limit = limit;
        this.inFlight = inFlight;
        this.moves = moves;
        this.brokerIsThere = brokerIsThere;
    }

    /** Looks how things are; to be called often. */
    public void look() {
        var _ = trouble(System.nanoTime());
    }

    /** What is stuck, for people, or null where nothing is; {@code now} is {@link System#nanoTime()}. */
    synchronized @Nullable String trouble(long now) {
        long latest = moves.getAsLong();
        int chats = inFlight.getAsInt();
        if (latest != seenMoves || chats == 0 || !brokerIsThere.getAsBoolean()) {
            seenMoves = latest;
            since = now;
            return null;
        }
        Duration still = Duration.ofNanos(now - since);
        return still.compareTo(limit) <= 0
                ? null
                : chats + " requests are in flight and nothing has happened to any of them for " + still.toSeconds()
                        + " s, though every limit together is " + limit.toSeconds() + " s";
    }
}
