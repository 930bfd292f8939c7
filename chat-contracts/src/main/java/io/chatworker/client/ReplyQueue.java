package io.chatworker.client;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The queue of one client, to which the events of its requests are bound. Durable, so that it outlives a connection and
 * a broker; bound to the exchanges and not named as {@code reply_to}, so that a worker goes on where it is away for a
 * moment.
 */
final class ReplyQueue implements Link.SetUp {

    /** How long the broker keeps it without its client. */
    static final int EXPIRES_MILLIS = 600_000;

    // What the broker keeps for a client that is away; beyond it the oldest goes, and terminal events are the newest.
    private static final int MAX_MESSAGES = 100_000;
    private static final int MAX_BYTES = 256 << 20;
    private static final int PREFETCH = 200;

    private final Topology topology;
    private final Set<String> requestIds;
    private final Consumer<Delivery> deliveries;
    private final Consumer<Throwable> broken;
    private final String name;

    ReplyQueue(Topology topology, Set<String> requestIds, Consumer<Delivery> deliveries, Consumer<Throwable> broken) {
        this.topology = topology;
        this.requestIds = requestIds;
        this.deliveries = deliveries;
        this.broken = broken;
        this.name = topology.replyPrefix() + UUID.randomUUID();
    }

    String name() {
        return name;
    }

    @Override
    public void on(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        channel.basicQos(PREFETCH);
        channel.queueDeclare(
                name,
                true,
                false,
                false,
                Map.of("x-expires", EXPIRES_MILLIS, "x-max-length", MAX_MESSAGES, "x-max-length-bytes", MAX_BYTES));
        for (String id : requestIds) {
            bind(channel, id);
        }
        channel.addShutdownListener(why -> {
            if (!why.isHardError() && !why.isInitiatedByApplication()) {
                broken.accept(why);
            }
        });
        channel.basicConsume(
                name,
                false,
                (tag, delivery) -> take(channel, delivery),
                tag -> broken.accept(new IOException("the queue " + name + " was deleted")));
    }

    private void take(Channel channel, Delivery delivery) throws IOException {
        deliveries.accept(delivery);
        try {
            channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
        } catch (AlreadyClosedException e) {
            // It comes again by the next connection, and counts for nothing then.
        }
    }

    void bind(Channel channel, String requestId) throws IOException {
        channel.queueBind(name, topology.chunks(), pattern(requestId));
        channel.queueBind(name, topology.completions(), pattern(requestId));
    }

    void unbind(Channel channel, String requestId) throws IOException {
        channel.queueUnbind(name, topology.chunks(), pattern(requestId));
        channel.queueUnbind(name, topology.completions(), pattern(requestId));
    }

    private static String pattern(String requestId) {
        return "*." + requestId + ".*";
    }

    /** The second word of an event's routing key; empty where it has none. */
    static String requestId(String routingKey) {
        String[] words = routingKey.split("\\.", 4);
        return words.length == 3 ? words[1] : "";
    }
}
