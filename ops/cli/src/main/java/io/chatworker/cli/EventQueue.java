package io.chatworker.cli;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Our own queue, which the broker removes when we disconnect. */
final class EventQueue {

    // Beyond this number the client stops reading from the broker, which keeps up to MAX_LENGTH more.
    private static final int BUFFERED = 1_000;
    private static final int MAX_LENGTH = 100_000;

    private final Channel channel;
    private final String name;
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>(BUFFERED);

    EventQueue(Connection connection) throws IOException {
        channel = connection.createChannel();
        name = channel.queueDeclare("", false, true, true, Map.of("x-max-length", MAX_LENGTH))
                .getQueue();
        connection.addShutdownListener(this::closed);
    }

    String name() {
        return name;
    }

    /** Binds both exchanges to one queue, so that the events of a request arrive in order. */
    EventQueue follow(Topology topology, String pattern) throws IOException {
        channel.queueBind(name, topology.chunks(), pattern);
        channel.queueBind(name, topology.completions(), pattern);
        return listen();
    }

    EventQueue listen() throws IOException {
        channel.basicConsume(
                name,
                true,
                (tag, message) -> put(new ReceivedEvent(
                        String.valueOf(message.getProperties().getType()),
                        message.getEnvelope().getRoutingKey(),
                        message.getBody())),
                tag -> put(new ShutdownSignalException(false, false, null, channel)));
        return this;
    }

    private void put(Object item) {
        try {
            arrived.put(item);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Events that arrived before stay readable: the reason goes behind them, if there is room. */
    private void closed(ShutdownSignalException why) {
        if (!why.isInitiatedByApplication()) {
            arrived.offer(why);
        }
    }

    /** The next event, or null when none comes within the time. */
    @Nullable
    ReceivedEvent next(Duration wait) throws InterruptedException {
        Object item = arrived.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (item instanceof ShutdownSignalException why) {
            throw why;
        }
        return (ReceivedEvent) item;
    }
}
