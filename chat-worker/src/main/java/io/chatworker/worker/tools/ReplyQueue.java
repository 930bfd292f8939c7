package io.chatworker.worker.tools;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.client.ReplyCode;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This worker's own queue for what tools answer: exclusive, gone with its connection, under a new name each time. However
 * it or its channel is lost while the connection stays, another is opened; calls that waited on the lost one end without
 * an answer. A broker that permits none is no reason not to chat: calls then end so at once. Any thread.
 */
public final class ReplyQueue {

    private static final Logger log = LoggerFactory.getLogger(ReplyQueue.class);

    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_LENGTH_BYTES = 64 * 1024 * 1024;
    /** Results on their way to this process: a flood must not fill the connection that requests come on. */
    private static final int PREFETCH = 100;

    private final String prefix;
    private final WaitingCalls calls;

    // Guarded by this.
    private @Nullable Line line;
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
        line = null;
        if (name.isDone()) {
            name = new CompletableFuture<>();
        }
        Line fresh = null;
        try {
            fresh = new Line(connection, prefix + UUID.randomUUID().toString().substring(0, 8));
            fresh.open();
            line = fresh;
            trouble = null;
            name.complete(fresh.queue);
        } catch (IOException | RuntimeException e) {
            if (fresh != null) {
                fresh.abort();
            }
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
        if (line == null || !line.getChannel().isOpen()) {
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

    private synchronized void lost(Line lost) {
        lost.abort();
        if (line != lost) {
            return;
        }
        line = null;
        name = new CompletableFuture<>();
        calls.endAll("no answer: the queue for results was lost");
        if (lost.connection.isOpen()) {
            log.warn("the queue for what tools answer was lost; another is opened");
            listen(lost.connection);
        }
    }

    /** One queue and the channel it is consumed on; its methods are called by the client, in order. */
    private final class Line extends DefaultConsumer {
        private final Connection connection;
        private final String queue;

        Line(Connection connection, String queue) throws IOException {
            super(BrokerConnection.channel(connection));
            this.connection = connection;
            this.queue = queue;
        }

        void open() throws IOException {
            getChannel()
                    .queueDeclare(
                            queue,
                            false,
                            true,
                            true,
                            Map.of("x-max-length", MAX_LENGTH, "x-max-length-bytes", MAX_LENGTH_BYTES));
            getChannel().basicQos(PREFETCH);
            getChannel().basicConsume(queue, false, this);
        }

        void abort() {
            try {
                getChannel().abort();
            } catch (IOException | RuntimeException e) {
                log.debug("the channel of results was closed already");
            }
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
                throws IOException {
            calls.deliver(properties, body);
            getChannel().basicAck(envelope.getDeliveryTag(), false);
        }

        /** The queue was deleted. */
        @Override
        public void handleCancel(String tag) {
            Thread.startVirtualThread(() -> lost(this));
        }

        /** Whoever closed the channel: the client does so itself, too. */
        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
            Thread.startVirtualThread(() -> lost(this));
        }
    }
}
