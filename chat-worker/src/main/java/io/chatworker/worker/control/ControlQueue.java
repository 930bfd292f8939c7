package io.chatworker.worker.control;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.broker.BrokerConnection;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This worker's own queue of commands: exclusive, gone with its connection, under a new name each time. */
public final class ControlQueue {

    private static final Logger log = LoggerFactory.getLogger(ControlQueue.class);
    private static final int MAX_LENGTH = 1000;
    private static final long REOPEN_DELAY_MS = 1_000;

    private final String exchange;
    private final String prefix;
    private final ControlListener listener;
    private final ScheduledExecutorService timer;

    public ControlQueue(String exchange, String worker, ControlListener listener, ScheduledExecutorService timer) {
        this.exchange = exchange;
        this.prefix = exchange + "." + worker + ".";
        this.listener = listener;
        this.timer = timer;
    }

    /** Declares the queue on a fresh connection and consumes from it. */
    public void listen(Connection connection) throws IOException {
        Channel channel = BrokerConnection.channel(connection);
        String queue = prefix + UUID.randomUUID().toString().substring(0, 8);
        channel.queueDeclare(queue, false, true, true, Map.of("x-max-length", MAX_LENGTH));
        channel.queueBind(queue, exchange, "");
        listener.listensTo(queue);
        channel.basicConsume(queue, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                listener.handle(properties, body);
            }

            @Override
            public void handleCancel(String tag) {
                listenLater(connection);
            }

            @Override
            public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
                if (!signal.isHardError() && !signal.isInitiatedByApplication()) {
                    listenLater(connection);
                }
            }
        });
    }

    private void listenLater(Connection connection) {
        var _ = timer.schedule(
                () -> Thread.startVirtualThread(() -> listenAgain(connection)), REOPEN_DELAY_MS, TimeUnit.MILLISECONDS);
    }

    private void listenAgain(Connection connection) {
        if (!connection.isOpen()) {
            return;
        }
        try {
            listen(connection);
        } catch (IOException | RuntimeException e) {
            log.warn("no commands are heard: {}; trying again", e.getMessage());
            listenLater(connection);
        }
    }
}
