package io.chatworker.worker.run;

import io.chatworker.worker.stop.StopSignal;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a chat waits for Ollama: until there is nothing more to wait for, or until another worker could take the
 * request, which is asked about only after a while and never where one more delivery would be too many.
 */
final class Hold implements AutoCloseable {

    /** The waiting is over. */
    final StopSignal over = new StopSignal();

    private final OtherWorkers others;
    private final StopSignal.Registration chatOver;
    private final @Nullable Future<?> due;

    // Guarded by this.
    private boolean closed;

    Hold(ChatDesk desk, Chat chat, StopSignal chatOver) {
        this.others = desk.others();
        this.chatOver = chatOver.onStop(over::stop);
        this.due = chat.lastDelivery()
                ? null
                : desk.attempts()
                        .timer()
                        .schedule(this::lookForOthers, desk.settings().hold().toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void lookForOthers() {
        if (!closed) {
            others.await(over);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (due != null) {
            due.cancel(false);
        }
        others.forget(over);
        chatOver.close();
    }
}
