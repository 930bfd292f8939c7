package io.chatworker.worker.faults;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes requests numbered from 0 at an even rate, and knows which of them the broker confirmed. One that is not
 * confirmed is not sent again: nothing is promised about it. Goes on when the broker is there again.
 */
final class NumberedLoad implements AutoCloseable {

    /** Not sooner: RabbitMQ 3.10.8 refuses (nack) all on a channel that was opened while a queue had no leader. */
    private static final long RETRY_MS = 1_000;

    private static final long LAST_CONFIRMS_MS = 10_000;

    private final Supplier<Connection> broker;
    private final Topology topology;
    private final @Nullable String replyTo;
    private final boolean withTool;
    private final String prefix = Ask.id("n") + "-";
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final long periodNanos;
    private final Thread publisher;

    // Guarded by this.
    private final TreeMap<Long, Integer> unconfirmed = new TreeMap<>();
    private final TreeSet<Integer> confirmed = new TreeSet<>();
    private final TreeSet<Integer> returned = new TreeSet<>();
    private int sent;

    /** Begins at once; {@code withTool}: the requests offer the numbered tool. */
    NumberedLoad(
            Supplier<Connection> broker, Topology topology, int perSecond, @Nullable String replyTo, boolean withTool) {
        this.broker = broker;
        this.topology = topology;
        this.replyTo = replyTo;
        this.withTool = withTool;
        this.periodNanos = 1_000_000_000L / perSecond;
        this.publisher = Thread.ofVirtual().name("numbered load").start(this::run);
    }

    String requestId(int number) {
        return prefix + number;
    }

    boolean isOurs(String requestId) {
        return requestId.startsWith(prefix);
    }

    boolean isRepliedTo(String queue) {
        return queue.equals(replyTo);
    }

    synchronized int sent() {
        return sent;
    }

    /** How many no queue took. */
    synchronized int cameBack() {
        return returned.size();
    }

    /** The numbers that the broker has taken, and some queue. */
    synchronized Set<Integer> confirmed() {
        TreeSet<Integer> kept = new TreeSet<>(confirmed);
        kept.removeAll(returned);
        return kept;
    }

    /** Sends no more; returns when the last confirms are there, or will not come. */
    @Override
    public void close() {
        stopping.countDown();
        try {
            if (!publisher.join(java.time.Duration.ofMillis(2 * LAST_CONFIRMS_MS))) {
                throw new AssertionError("the load does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void run() {
        while (!awaitStop(0)) {
            try (Connection connection = broker.get()) {
                publishOn(connection);
            } catch (IOException | RuntimeException e) {
                forgetUnconfirmed();
                if (awaitStop(RETRY_MS)) {
                    return;
                }
            }
        }
    }

    private void publishOn(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        channel.confirmSelect();
        channel.addConfirmListener(
                (tag, multiple) -> settle(tag, multiple, true), (tag, multiple) -> settle(tag, multiple, false));
        channel.addReturnListener(message -> bounce(message.getProperties()));
        long next = System.nanoTime();
        while (!awaitStop(TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime()))) {
            publish(channel);
            next += periodNanos;
        }
        try {
            channel.waitForConfirms(LAST_CONFIRMS_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.TimeoutException | AlreadyClosedException e) {
            // Those stay unconfirmed.
        }
    }

    private void publish(Channel channel) throws IOException {
        int number;
        synchronized (this) {
            number = sent++;
            unconfirmed.put(channel.getNextPublishSeqNo(), number);
        }
        String id = requestId(number);
        BasicProperties properties = new BasicProperties.Builder()
                .contentType("application/json")
                .messageId(id)
                .replyTo(replyTo)
                .build();
        Map<String, Object> request = new HashMap<>(
                Map.of("request_id", id, "conversation_id", "faults", "message", NumberedAnswers.question(number)));
        if (withTool) {
            request.put("tools", List.of(NumberedTool.OFFER));
            request.put("tool_rounds", 1);
        }
        byte[] body = Json.MAPPER.writeValueAsBytes(request);
        channel.basicPublish(topology.requests(), "m", true, properties, body);
    }

    private synchronized void settle(long tag, boolean multiple, boolean taken) {
        Map<Long, Integer> settled =
                multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
        if (taken) {
            confirmed.addAll(settled.values());
        }
        settled.clear();
    }

    private synchronized void bounce(BasicProperties properties) {
        returned.add(Integer.parseInt(properties.getMessageId().substring(prefix.length())));
    }

    private synchronized void forgetUnconfirmed() {
        unconfirmed.clear();
    }

    private boolean awaitStop(long millis) {
        try {
            return stopping.await(Math.max(0, millis), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
