package io.chatworker.worker.testing;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * The events that came to one queue, in the order in which they came, each checked against the contract's schema.
 *
 * <p>A test says what it expects by awaiting it; {@link #assertExhausted()} then fails where a request ended that
 * nobody awaited, or where something came after a request's end.
 */
public final class RecordedEvents {

    private final String queue;
    private volatile Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();

    // Guarded by lock.
    private final List<Event> events = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Integer> awaited = new LinkedHashMap<>();
    private final Set<String> repeating = new HashSet<>();

    private RecordedEvents(Channel channel, String queue) {
        this.channel = channel;
        this.queue = queue;
    }

    /** All events of an installation, from a queue bound to both exchanges; it outlives a restart of the broker. */
    public static RecordedEvents all(Connection connection, Topology topology) {
        try {
            Channel channel = connection.createChannel();
            String queue = topology.namespace() + ".recorded";
            channel.queueDeclare(queue, true, false, false, Map.of());
            bind(channel, queue, topology);
            return new RecordedEvents(channel, queue).consuming();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events in a queue that is there already. */
    public static RecordedEvents in(Connection connection, String queue) {
        try {
            return new RecordedEvents(connection.createChannel(), queue).consuming();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What comes back by direct reply-to; requests must be published on {@link #channel()}. */
    public static RecordedEvents directReplies(Connection connection) {
        return in(connection, "amq.rabbitmq.reply-to");
    }

    public String queue() {
        return queue;
    }

    public Channel channel() {
        return channel;
    }

    /** Goes on recording by another connection, when the first one was lost. */
    public void resume(Connection connection) {
        try {
            channel = connection.createChannel();
            consuming();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Binds the queue again where an exchange was deleted. */
    public void bind(Topology topology) {
        try {
            bind(channel, queue, topology);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This request may end more than once: the test breaks what once would need. */
    public void mayRepeat(String requestId) {
        lock.lock();
        try {
            repeating.add(requestId);
        } finally {
            lock.unlock();
        }
    }

    private static void bind(Channel channel, String queue, Topology topology) throws IOException {
        for (String exchange : List.of(topology.chunks(), topology.completions())) {
            channel.exchangeDeclare(exchange, "topic", true);
            channel.queueBind(queue, exchange, "#");
        }
    }

    private RecordedEvents consuming() throws IOException {
        channel.basicConsume(queue, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                add(envelope, properties, body);
            }
        });
        return this;
    }

    private void add(Envelope envelope, BasicProperties properties, byte[] body) {
        Event event = new Event(envelope.getExchange(), envelope.getRoutingKey(), properties, Json.of(body));
        String problem = problem(event);
        lock.lock();
        try {
            events.add(event);
            if (!problem.isEmpty()) {
                problems.add(problem + " in " + event);
            }
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static String problem(Event event) {
        try {
            return EventSchemas.problems(event.name(), event.body()).stream()
                    .map(Object::toString)
                    .collect(Collectors.joining("; "));
        } catch (RuntimeException e) {
            return "no such event: " + e.getMessage();
        }
    }

    /** All so far. */
    public List<Event> all() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    public List<Event> of(String requestId) {
        return all().stream()
                .filter(event -> event.requestId().equals(requestId))
                .toList();
    }

    public List<Event> of(String requestId, String name) {
        return of(requestId).stream().filter(event -> event.name().equals(name)).toList();
    }

    /** The request's terminal event; a repeat of it does not count. */
    public Event awaitTerminal(String requestId) {
        Event terminal = awaitThat(
                "the terminal event of " + requestId,
                event -> event.isTerminal() && event.requestId().equals(requestId));
        lock.lock();
        try {
            awaited.merge(requestId, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
        return terminal;
    }

    /** The first terminal event of which it holds, for requests whose id the test does not know. */
    public Event awaitTerminalThat(String wanted, Predicate<Event> holds) {
        return awaitTerminal(awaitThat(wanted, event -> event.isTerminal() && holds.test(event))
                .requestId());
    }

    /** The terminal event, which must be of this name. */
    public Event awaitTerminal(String requestId, String name) {
        Event terminal = awaitTerminal(requestId);
        if (!terminal.name().equals(name)) {
            throw new AssertionError("not " + name + ", but " + terminal);
        }
        return terminal;
    }

    public Event awaitCompleted(String requestId) {
        return awaitTerminal(requestId, "completed");
    }

    public Event awaitFailed(String requestId, String code) {
        Event failed = awaitTerminal(requestId, "failed");
        if (!failed.text("/error/code").equals(code)) {
            throw new AssertionError("not " + code + ", but " + failed);
        }
        return failed;
    }

    public Event awaitCancelled(String requestId, String reason) {
        Event cancelled = awaitTerminal(requestId, "cancelled");
        if (!cancelled.text("/reason").equals(reason)) {
            throw new AssertionError("not " + reason + ", but " + cancelled);
        }
        return cancelled;
    }

    /** The request's event of this name and number, counted from 0. */
    public Event await(String requestId, String name, int number) {
        awaitCount(
                name + " " + number + " of " + requestId,
                () -> of(requestId, name).size() > number);
        return of(requestId, name).get(number);
    }

    public Event await(String requestId, String name) {
        return await(requestId, name, 0);
    }

    /** The first event of which it holds. */
    public Event awaitThat(String wanted, Predicate<Event> holds) {
        awaitCount(wanted, () -> all().stream().anyMatch(holds));
        return all().stream().filter(holds).findFirst().orElseThrow();
    }

    private void awaitCount(String wanted, java.util.function.BooleanSupplier there) {
        long left = Waits.PATIENCE.toNanos();
        lock.lock();
        try {
            while (!there.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError("in " + Waits.PATIENCE.toSeconds() + " s there was not " + wanted
                            + "; there were " + told());
                }
                left = grown.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + wanted, e);
        } finally {
            lock.unlock();
        }
    }

    private String told() {
        int from = Math.max(0, events.size() - 20);
        return events.size() + ", the last: " + events.subList(from, events.size());
    }

    /** The chunks of one attempt. */
    public List<Event> chunks(String requestId, String run) {
        return of(requestId, "chunk").stream()
                .filter(event -> event.run().equals(run))
                .toList();
    }

    /** A key of the chunks of one attempt, joined as text. */
    public String joined(String requestId, String run, String key) {
        return chunks(requestId, run).stream()
                .map(event -> event.body().path(key).asString(""))
                .collect(Collectors.joining());
    }

    /** A key of the chunks of one attempt, joined as a list. */
    public List<JsonNode> joinedList(String requestId, String run, String key) {
        return chunks(requestId, run).stream()
                .flatMap(event -> StreamSupport.stream(event.body().path(key).spliterator(), false))
                .toList();
    }

    /**
     * Law 3: the chunks of every attempt of the request count from 0 without a gap, after their {@code started} and
     * before the terminal event, which counts those of its attempt.
     */
    public void assertGapless(String requestId) {
        Map<String, Integer> next = new LinkedHashMap<>();
        for (Event event : of(requestId)) {
            switch (event.name()) {
                case "started" -> next.put(event.run(), 0);
                case "chunk" -> {
                    int sequence = event.at("/sequence").asInt();
                    if (!Integer.valueOf(sequence).equals(next.get(event.run()))) {
                        throw new AssertionError("not chunk " + next.get(event.run()) + ", but " + event);
                    }
                    next.put(event.run(), sequence + 1);
                }
                case "completed", "failed", "cancelled" -> {
                    int chunks = event.at("/chunks").asInt();
                    if (chunks != next.getOrDefault(event.run(), 0)) {
                        throw new AssertionError("not " + chunks + " chunks were seen, but " + next);
                    }
                    return;
                }
                default -> {}
            }
        }
    }

    /** Nothing came that the test did not await, nothing after a request's end, and nothing against its schema. */
    public void assertExhausted() {
        lock.lock();
        try {
            if (!problems.isEmpty()) {
                throw new AssertionError("against the schema: " + problems);
            }
            Map<String, Event> ended = new LinkedHashMap<>();
            for (Event event : events) {
                if (ended.containsKey(event.requestId()) && !repeating.contains(event.requestId())) {
                    throw new AssertionError(
                            "after the end of its request, " + ended.get(event.requestId()) + ", came " + event);
                }
                if (event.isTerminal()) {
                    ended.put(event.requestId(), event);
                }
            }
            ended.keySet().removeAll(awaited.keySet());
            if (!ended.isEmpty()) {
                throw new AssertionError("nobody awaited " + ended.values());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Goes away: an exclusive queue and a direct reply-to end with it. */
    public void close() {
        try {
            channel.close();
        } catch (IOException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("a channel that does not close", e);
        }
    }
}
