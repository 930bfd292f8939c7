package io.chatworker.worker.run;

import io.chatworker.worker.publish.PublishAbandoned;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells the requester that Ollama loads the model, where a second after the call nothing has come and Ollama does not
 * have the model in memory. It asks Ollama on a thread of its own; once closed it publishes nothing more.
 */
final class LoadingNote implements AutoCloseable {

    private static final Duration AFTER = Duration.ofSeconds(1);

    private final AttemptDesk desk;
    private final String model;
    private final WaitingNote waiting;
    private final Future<?> due;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private boolean closed;

    /** {@code waiting} is the note's to use until it is closed: the chat's own thread publishes nothing meanwhile. */
    LoadingNote(AttemptDesk desk, String model, WaitingNote waiting) {
        this.desk = desk;
        this.model = model;
        this.waiting = waiting;
        this.due = desk.timer()
                .schedule(() -> Thread.startVirtualThread(this::look), AFTER.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (isClosed() || !desk.loaded().lack(model)) {
            return;
        }
        lock.lock();
        try {
            if (!closed) {
                waiting.modelLoads();
            }
        } catch (PublishAbandoned e) {
            // The chat's own thread meets the same.
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        due.cancel(false);
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
