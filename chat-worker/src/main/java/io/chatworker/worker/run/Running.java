package io.chatworker.worker.run;

import io.chatworker.worker.ollama.ChatCall;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The handle by which other threads stop a chat. Sticky; of several reasons the first counts, but for those that leave
 * the request to others, which win over the rest. A stop closes the call to Ollama at once and ends every wait. The
 * chat's thread is never interrupted: that would close a socket it writes to, which others write to as well.
 */
final class Running {

    private final AtomicReference<@Nullable StopReason> reason = new AtomicReference<>();
    /** There is nothing more to wait for: it was stopped, or the worker drains. */
    final StopSignal over = new StopSignal();
    /** The request is no longer this chat's to end. */
    final StopSignal left = new StopSignal();

    private volatile @Nullable ChatCall call;

    void stop(StopReason why) {
        var _ = reason.getAndUpdate(now -> now == null || (why.leavesRequest() && !now.leavesRequest()) ? why : now);
        if (isLeft()) {
            left.stop();
        }
        over.stop();
        ChatCall open = call;
        if (open != null) {
            open.cancel();
        }
    }

    /** From here on no wait is worth it: what runs may end, what waits stops. */
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

    /** Whether there is nothing more to wait for. */
    boolean isOver() {
        return over.isStopped();
    }

    /** Whether the request is no longer this chat's to end. */
    boolean isLeft() {
        StopReason why = reason.get();
        return why != null && why.leavesRequest();
    }

    /** From here on a stop closes this call. */
    void calls(ChatCall open) {
        call = open;
        if (isStopped()) {
            open.cancel();
        }
    }

    /** Waits so long, or until the stop or the drain. */
    void await(Duration wait) {
        if (over.await(wait) && Thread.currentThread().isInterrupted()) {
            stop(StopReason.SHUTDOWN);
        }
    }
}
