package io.chatworker.worker.run;

import io.chatworker.worker.ollama.ChatCall;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The handle by which any thread stops one chat. Sticky; the first reason counts, except that a reason which leaves the
 * request to others replaces one that does not. A stop closes the call to Ollama at once and ends every wait. The chat's
 * thread is never interrupted: an interrupt would close the socket it writes to, which other chats write to as well.
 */
final class ChatStop {

    private final AtomicReference<@Nullable StopReason> reason = new AtomicReference<>();
    /** The chat was stopped. */
    final StopSignal stopped = new StopSignal();
    /** There is nothing more to wait for: the chat was stopped, or the worker drains. */
    final StopSignal over = new StopSignal();
    /** The request is no longer this chat's to end. */
    final StopSignal left = new StopSignal();

    private volatile @Nullable ChatCall call;

    void stop(StopReason why) {
        var _ = reason.getAndUpdate(now -> now == null || (why.leavesRequest() && !now.leavesRequest()) ? why : now);
        if (why.leavesRequest()) {
            left.stop();
        }
        stopped.stop();
        over.stop();
        ChatCall open = call;
        if (open != null) {
            open.cancel();
        }
    }

    /** From here on no wait is worth it: a call that runs may end, a chat that waits for one stops. */
    void drain() {
        over.stop();
    }

    @Nullable
    StopReason reason() {
        return reason.get();
    }

    boolean isStopped() {
        return reason.get() != null;
    }

    boolean isOver() {
        return over.isStopped();
    }

    boolean isLeft() {
        return left.isStopped();
    }

    /** From here on a stop closes this call. */
    void closes(ChatCall open) {
        call = open;
        if (isStopped()) {
            open.cancel();
        }
    }

    /** Waits so long, or until the stop or the drain. An interrupt stops the chat. */
    void await(Duration wait) {
        if (over.await(wait) && Thread.currentThread().isInterrupted()) {
            stop(StopReason.SHUTDOWN);
        }
    }
}
