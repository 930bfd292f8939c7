package io.chatworker.worker.run;

import io.chatworker.worker.publish.Publishing;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether another worker of this queue takes requests, for chats that are held here too long. To requeue a
 * request that nobody else could serve would help nobody, and would only bring it nearer to its last delivery.
 *
 * <p>One question serves all chats: it goes to every worker ({@code chat.describe}), at most every 10 s, and counts the
 * answers of 2 s. Safe for any thread.
 */
public final class OtherWorkers {

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(2);

    private final String worker;
    private final String queue;
    private final Publishing publishing;
    private final ScheduledExecutorService timer;

    // Guarded by this.
    /** Stopped when another worker is found; as many as there are chats at most. */
    private final Set<StopSignal> waiting = new LinkedHashSet<>();

    private @Nullable String replyTo;
    private @Nullable String question;
    private boolean isDue;
    private long askedAt = System.nanoTime() - INTERVAL.toNanos();

    /** {@code worker}: this one's own name, whose answer does not count. */
    public OtherWorkers(String worker, String queue, Publishing publishing, ScheduledExecutorService timer) {
        this.worker = worker;
        this.queue = queue;
        this.publishing = publishing;
        this.timer = timer;
    }

    /** Where the answers are to go from now on. */
    public synchronized void answersGoTo(String controlQueue) {
        replyTo = controlQueue;
    }

    /** Stops the signal once another worker says that it takes requests of this queue; until {@link #forget}. */
    synchronized void await(StopSignal found) {
        waiting.add(found);
        askWhenDue();
    }

    synchronized void forget(StopSignal found) {
        waiting.remove(found);
    }

    private void askWhenDue() {
        if (isDue || waiting.isEmpty()) {
            return;
        }
        isDue = true;
        long wait = Math.max(0, askedAt + INTERVAL.toNanos() - System.nanoTime());
        var _ = timer.schedule(() -> Thread.startVirtualThread(this::ask), wait, TimeUnit.NANOSECONDS);
    }

    private void ask() {
        String to;
        String id = UUID.randomUUID().toString();
        synchronized (this) {
            isDue = false;
            askedAt = System.nanoTime();
            askWhenDue();
            if (waiting.isEmpty() || replyTo == null) {
                return;
            }
            to = replyTo;
            question = id;
            var _ = timer.schedule(() -> close(id), ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        }
        publishing.describe(to, id);
    }

    private synchronized void close(String id) {
        if (id.equals(question)) {
            question = null;
        }
    }

    /** Whether an answer to this question would still count. */
    public synchronized boolean isOpen(@Nullable String correlationId) {
        return question != null && question.equals(correlationId);
    }

    /** A worker has answered. */
    public void answered(@Nullable String correlationId, WorkerState state) {
        if (state.paused() || state.worker().equals(worker) || !state.queue().equals(queue)) {
            return;
        }
        List<StopSignal> found;
        synchronized (this) {
            if (!isOpen(correlationId)) {
                return;
            }
            question = null;
            found = List.copyOf(waiting);
            waiting.clear();
        }
        found.forEach(StopSignal::stop);
    }
}
