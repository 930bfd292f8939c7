package io.chatworker.worker.faults;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Keeps every event in the order in which it came. Its queue is a quorum queue, which keeps transient chunks too while
 * the broker is down, and it acknowledges what it has written down: so an event that it misses was never published.
 */
final class Witness implements AutoCloseable {

    private static final long RETRY_MS = 100;
    private static final int PREFETCH = 500;

    private final Supplier<Connection> broker;
    private final Topology topology;
    private final String queue;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch listening = new CountDownLatch(1);
    private final Thread keeper;

    // Guarded by this.
    private final Map<String, List<Event>> events = new LinkedHashMap<>();
    private long chunks;

    /** Listens to both exchanges; returns when it does. */
    Witness(Supplier<Connection> broker, Topology topology) {
        this.broker = broker;
        this.topology = topology;
        this.queue = topology.replyPrefix() + "witness";
        this.keeper = Thread.ofVirtual().name("witness").start(this::keep);
        await(listening, 30_000);
    }

    /** A name that requests may give as {@code reply_to}. */
    String queue() {
        return queue;
    }

    /** The events of a request so far, in the order in which they came. */
    synchronized List<Event> of(String requestId) {
        return List.copyOf(events.getOrDefault(requestId, List.of()));
    }

    /** The requests that any event was seen of. */
    synchronized List<String> seen() {
        return List.copyOf(events.keySet());
    }

    /** How many chunks came so far. */
    synchronized long chunks() {
        return chunks;
    }

    synchronized void forget() {
        events.clear();
    }

    /** Where an exchange was deleted its bindings are gone; makes them again. */
    void bindAgain() {
        try (Connection connection = broker.get();
                Channel channel = connection.createChannel()) {
            bind(channel);
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException("the witness cannot bind its queue", e);
        }
    }

    private void bind(Channel channel) throws IOException {
        for (String exchange : List.of(topology.chunks(), topology.completions())) {
            channel.exchangeDeclare(exchange, "topic", true);
            channel.queueBind(queue, exchange, "#");
        }
    }

    private void keep() {
        while (closing.getCount() > 0) {
            try (Connection connection = broker.get()) {
                CountDownLatch lost = new CountDownLatch(1);
                connection.addShutdownListener(_ -> lost.countDown());
                listen(connection.createChannel(), lost);
                listening.countDown();
                while (closing.getCount() > 0 && !await(lost, RETRY_MS)) {
                    // Until the connection is lost, or this is closed.
                }
            } catch (IOException | RuntimeException e) {
                // The broker is away: until it is there again.
                var _ = await(closing, RETRY_MS);
            }
        }
    }

    private void listen(Channel channel, CountDownLatch lost) throws IOException {
        channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
        bind(channel);
        channel.basicQos(PREFETCH);
        channel.basicConsume(queue, false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
                    throws IOException {
                add(
                        new Event(envelope.getExchange(), envelope.getRoutingKey(), properties, Json.of(body)),
                        envelope.isRedeliver());
                channel.basicAck(envelope.getDeliveryTag(), false);
            }

            @Override
            public void handleCancel(String tag) {
                lost.countDown();
            }

            @Override
            public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
                lost.countDown();
            }
        });
    }

    /** What this witness has written down and could not acknowledge comes to it again, and counts once. */
    private synchronized void add(Event event, boolean again) {
        List<Event> before = events.computeIfAbsent(event.requestId(), _ -> new ArrayList<>());
        boolean known = again
                && before.stream()
                        .anyMatch(one -> one.exchange().equals(event.exchange())
                                && one.name().equals(event.name())
                                && one.body().equals(event.body()));
        if (!known) {
            before.add(event);
            chunks += event.name().equals("chunk") ? 1 : 0;
        }
    }

    private static boolean await(CountDownLatch signal, long millis) {
        try {
            return signal.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            var _ = keeper.join(java.time.Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
