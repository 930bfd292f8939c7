package io.chatworker.worker.control;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.client.ReplyCode;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.run.OwnFault;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This worker's own queue of commands: exclusive, gone with its connection, under a new name each time. However it or
 * its channel is lost while the connection stays, another is opened. Any thread.
 */
public final class ControlQueue {

    private static final Logger log = LoggerFactory.getLogger(ControlQueue.class);
    private static final int MAX_LENGTH = 1000;
    private static final long REOPEN_DELAY_MS = 1_000;

    private final String exchange;
    private final String prefix;
    private final ControlListener listener;
    private final ScheduledExecutorService timer;

    // Written under this lock; null while no commands are heard.
    private volatile @Nullable Line line;

    public ControlQueue(String exchange, String worker, ControlListener listener, ScheduledExecutorService timer) {
        this.exchange = exchange;
        this.prefix = exchange + "." + worker + ".";
        this.listener = listener;
        this.timer = timer;
    }

    /** Declares the queue on a fresh connection and consumes from it; the one before it is forgotten. */
    public synchronized void listen(Connection connection) throws IOException {
        line = null;
        Line fresh = new Line(connection, prefix + UUID.randomUUID().toString().substring(0, 8));
        try {
            fresh.open();
        } catch (IOException | RuntimeException e) {
            fresh.abort();
            throw e;
        }
        line = fresh;
        listener.listensTo(fresh.queue);
    }

    /** Whether commands are heard. Never waits. */
    public boolean isListening() {
        Line current = line;
        return current != null && current.getChannel().isOpen();
    }

    /** The queue's present name, or null while no commands are heard. */
    @Nullable
    String queue() {
        Line current = line;
        return current == null ? null : current.queue;
    }

    /** Binds the queue again, in case somebody has removed the binding; returns what is missing, for people, or null. */
    public @Nullable String check(Connection connection) {
        Line current = line;
        if (current == null) {
            return "the control queue is not there";
        }
        try (Channel spare = BrokerConnection.channel(connection)) {
            spare.queueBind(current.queue, exchange, "");
            return null;
        } catch (IOException | TimeoutException | RuntimeException e) {
            log.warn("the binding of {} cannot be checked: {}", current.queue, ReplyCode.reason(e));
            return "the binding of " + current.queue + " is not there";
        }
    }

    private synchronized void lost(Line lost) {
        if (line == lost) {
            line = null;
            listenLater(lost.connection);
        }
        lost.abort();
    }

    private void listenLater(Connection connection) {
        if (connection.isOpen()) {
            var _ = timer.schedule(
                    () -> Thread.startVirtualThread(() -> listenAgain(connection)),
                    REOPEN_DELAY_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void listenAgain(Connection connection) {
        if (line != null || !connection.isOpen()) {
            return;
        }
        try {
            listen(connection);
            log.info("commands are heard again");
        } catch (IOException | RuntimeException e) {
            log.warn("no commands are heard: {}; trying again", ReplyCode.reason(e));
            listenLater(connection);
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
            getChannel().queueDeclare(queue, false, true, true, Map.of("x-max-length", MAX_LENGTH));
            getChannel().queueBind(queue, exchange, "");
            getChannel().basicConsume(queue, true, this);
        }

        void abort() {
            try {
                getChannel().abort();
            } catch (IOException | RuntimeException e) {
                log.debug("the control channel was closed already");
            }
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
            try {
                listener.handle(properties, body);
            } catch (RuntimeException | Error e) {
                OwnFault.log("a command", e);
            }
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
