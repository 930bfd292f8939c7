package io.chatworker.worker.publish;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Lines of an answer into numbered chunks: the first leaves at once, and so does one that comes an interval or more
 * after the last; what comes sooner is gathered until the interval is over. Lines that are there already go together, up
 * to {@link Pieces#MOST}.
 *
 * <p>Lines come from the thread that owns the chat. What was gathered when nothing more comes is sent by a thread of
 * its own, so {@code lock} guards all fields.
 */
public final class ChunkStream {

    private final RequestEvents events;
    private final EventJson json;
    private final ChunkHead head;
    private final long interval;
    private final ScheduledExecutorService timer;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Pieces pieces = new Pieces();
    private int published;
    private long lastSent;
    private boolean abandoned;
    private @Nullable ScheduledFuture<?> due;

    ChunkStream(
            RequestEvents events, EventJson json, ChunkHead head, Duration interval, ScheduledExecutorService timer) {
        this.events = events;
        this.json = json;
        this.head = head;
        this.interval = interval.toNanos();
        this.timer = timer;
    }

    /**
     * Takes what one line brought, which may be nothing.
     *
     * @param moreAtHand whether the next line is there already, so that this one need not go alone
     */
    public void accept(
            String content,
            String thinking,
            @Nullable JsonNode toolCalls,
            @Nullable JsonNode logprobs,
            boolean moreAtHand)
            throws PublishAbandoned {
        lock.lock();
        try {
            pieces.add(content, thinking, toolCalls, logprobs);
            if (pieces.isEmpty()) {
                return;
            }
            long wait = published == 0 ? 0 : lastSent + interval - System.nanoTime();
            if (pieces.fillAChunk()) {
                send();
            } else if (wait > 0) {
                sendIn(wait);
            } else if (!moreAtHand) {
                send();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends what is gathered; to be called before the terminal event. */
    public void flush() throws PublishAbandoned {
        lock.lock();
        try {
            send();
        } finally {
            lock.unlock();
        }
    }

    /** How many chunks have left so far. */
    public int published() {
        lock.lock();
        try {
            return published;
        } finally {
            lock.unlock();
        }
    }

    private void sendIn(long nanos) {
        if (due == null) {
            int round = published;
            due = timer.schedule(() -> Thread.startVirtualThread(() -> sendDue(round)), nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** {@code round}: what was gathered then may have left in the meantime. */
    private void sendDue(int round) {
        lock.lock();
        try {
            if (round != published) {
                return;
            }
            due = null;
            send();
        } catch (PublishAbandoned e) {
            // The owner meets the same at its next line.
            abandoned = true;
        } finally {
            lock.unlock();
        }
    }

    private void send() throws PublishAbandoned {
        if (due != null) {
            due.cancel(false);
            due = null;
        }
        if (abandoned) {
            throw new PublishAbandoned();
        }
        while (!pieces.isEmpty() && !pieces.fitOneChunk()) {
            send(pieces.take());
        }
        if (!pieces.isEmpty()) {
            send(pieces);
            pieces.clear();
        }
    }

    private void send(Pieces chunk) throws PublishAbandoned {
        events.chunk(json.chunk(head, published, chunk), published == 0);
        published++;
        lastSent = System.nanoTime();
    }
}
