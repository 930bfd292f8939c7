package io.chatworker.worker.control;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.ReplyCode;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.OwnQueue;
import io.chatworker.worker.run.OwnFault;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This worker's own queue of commands. However it or its channel is lost while the connection stays, another is opened.
 * Any thread.
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
    private volatile @Nullable OwnQueue queue;

    public ControlQueue(String exchange, String worker, ControlListener listener, ScheduledExecutorService timer) {
        this.exchange = exchange;
        this.prefix = exchange + "." + worker + ".";
        this.listener = listener;
        this.timer = timer;
    }

    /** Declares the queue on a fresh connection and consumes from it; the one before it is forgotten. */
    public synchronized void listen(Connection connection) throws IOException {
        queue = null;
        OwnQueue fresh = new OwnQueue(connection, prefix, this::hear, this::lost);
        fresh.open(Map.of("x-max-length", MAX_LENGTH), exchange);
        queue = fresh;
        listener.listensTo(fresh.name());
    }

    private void hear(BasicProperties properties, byte[] body) {
        try {
            listener.handle(properties, body);
        } catch (RuntimeException | Error e) {
            OwnFault.log("a command", e);
        }
    }

    /** Whether commands are heard. Never waits. */
    public boolean isListening() {
        OwnQueue current = queue;
        return current != null && current.isOpen();
    }

    /** The queue's present name, or null while no commands are heard. */
    @Nullable
    String queue() {
        OwnQueue current = queue;
        return current == null ? null : current.name();
    }

    /** Binds the queue again, in case somebody has removed the binding; returns what is missing, for people, or null. */
    public @Nullable String check(Connection connection) {
        OwnQueue current = queue;
        if (current == null) {
            return "the control queue is not there";
        }
        try (Channel spare = BrokerConnection.channel(connection)) {
            spare.queueBind(current.name(), exchange, "");
            return null;
        } catch (IOException | TimeoutException | RuntimeException e) {
            log.warn("the binding of {} cannot be checked: {}", current.name(), ReplyCode.reason(e));
            return "the binding of " + current.name() + " is not there";
        }
    }

    private synchronized void lost(OwnQueue lost) {
        if (queue == lost) {
            queue = null;
            listenLater(lost.connection());
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
        if (queue != null || !connection.isOpen()) {
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
}
