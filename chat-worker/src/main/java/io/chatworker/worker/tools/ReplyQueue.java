package io.chatworker.worker.tools;

import com.rabbitmq.client.Connection;
import io.chatworker.client.ReplyCode;
import io.chatworker.worker.broker.OwnQueue;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This worker's own queue for what tools answer. However it or its channel is lost while the connection stays, another is
 * opened; calls that waited on the lost one end without an answer. A broker that permits none is no reason not to chat:
 * calls then end so at once. Any thread.
 */
public final class ReplyQueue {

    private static final Logger log = LoggerFactory.getLogger(ReplyQueue.class);

    private static final Map<String, Object> LIMITS =
            Map.of("x-max-length", 10_000, "x-max-length-bytes", 64 * 1024 * 1024);

    private final String prefix;
    private final WaitingCalls calls;

    // Guarded by this.
    private @Nullable OwnQueue queue;
    /** Why there is none, where that was told already. */
    private @Nullable String trouble;
    /** The queue's name once there is one, null where there is to be none for now. */
    private CompletableFuture<@Nullable String> name = new CompletableFuture<>();

    /** {@code prefix}: of the queue's names. */
    public ReplyQueue(String prefix, String worker, WaitingCalls calls) {
        this.prefix = prefix + worker + ".";
        this.calls = calls;
    }

    /** Declares the queue on this connection and consumes from it; the one before it is forgotten. */
    public synchronized void listen(Connection connection) {
        queue = null;
        if (name.isDone()) {
            name = new CompletableFuture<>();
        }
        try {
            OwnQueue fresh = new OwnQueue(connection, prefix, calls::deliver, this::lost);
            fresh.open(LIMITS, null);
            queue = fresh;
            trouble = null;
            name.complete(fresh.name());
        } catch (IOException | RuntimeException e) {
            tell(ReplyCode.reason(e));
            name.complete(null);
        }
    }

    /** Once: every check tries again, and a permission may be missing for good. */
    private void tell(String reason) {
        if (!reason.equals(trouble)) {
            log.warn("there is no queue for what tools answer, so none is called: {}", reason);
        }
        trouble = reason;
    }

    /** Opens another where there is none. */
    public synchronized void check(Connection connection) {
        if (queue == null || !queue.isOpen()) {
            listen(connection);
        }
    }

    /** The queue's present name, waited for while another is opened; null where there is none within this time. */
    @Nullable
    String awaitName(Duration wait, StopSignal over) {
        CompletableFuture<@Nullable String> own;
        synchronized (this) {
            own = name.copy();
        }
        try (StopSignal.Registration _ = over.onStop(() -> own.cancel(false))) {
            return own.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (CancellationException | TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a name never fails", e);
        }
    }

    private synchronized void lost(OwnQueue lost) {
        lost.abort();
        if (queue != lost) {
            return;
        }
        queue = null;
        name = new CompletableFuture<>();
        calls.endAll("no answer: the queue for results was lost");
        if (lost.connection().isOpen()) {
            log.warn("the queue for what tools answer was lost; another is opened");
            listen(lost.connection());
        }
    }
}
