package io.chatworker.client;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ToolCall;
import io.chatworker.contracts.ToolResult;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** One tool of a {@link ChatTools}: its queue, its threads, and the calls under way. {@link #close} takes it back. */
public final class ToolOffer implements AutoCloseable {

    private static final int EXPIRES_MILLIS = 60_000;
    private static final int MAX_CALLS_WAITING = 1_000;
    private static final int LONGEST_ERROR = 1_000;

    private final ChatTools tools;
    private final Topology topology;
    private final String name;
    private final ToolFunction function;
    private final int concurrency;
    private final Duration timeout;
    private final ExecutorService threads;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    // Guarded by this.
    private @Nullable Channel channel;
    private @Nullable String consumer;

    ToolOffer(
            ChatTools tools, Topology topology, String name, ToolFunction function, int concurrency, Duration timeout) {
        this.tools = tools;
        this.topology = topology;
        this.name = name;
        this.function = function;
        this.concurrency = concurrency;
        this.timeout = timeout;
        this.threads = Executors.newFixedThreadPool(concurrency, Link.named("chat-tool-" + name));
    }

    /** The function's name. */
    public String name() {
        return name;
    }

    /** Consumes on this connection, once. */
    synchronized void consume(Connection connection, Consumer<Throwable> broken) throws IOException {
        if (threads.isShutdown()
                || (channel != null && channel.isOpen() && connection.equals(channel.getConnection()))) {
            return;
        }
        Channel own = Objects.requireNonNull(connection.createChannel(), "a channel");
        channel = own;
        // As many calls as there are threads; the others wait where other services of the tool find them.
        own.basicQos(concurrency);
        String queue = topology.toolQueue(name);
        own.queueDeclare(
                queue, true, false, true, Map.of("x-expires", EXPIRES_MILLIS, "x-max-length", MAX_CALLS_WAITING));
        own.queueBind(queue, topology.tools(), name);
        own.addShutdownListener(why -> {
            if (!why.isHardError() && !why.isInitiatedByApplication()) {
                broken.accept(why);
            }
        });
        consumer = own.basicConsume(
                queue,
                false,
                (tag, delivery) -> take(own, delivery),
                tag -> broken.accept(new IOException("the queue " + queue + " was deleted")));
    }

    private void take(Channel from, Delivery delivery) {
        try {
            threads.execute(() -> answer(from, delivery));
        } catch (RejectedExecutionException e) {
            // It is being closed; the broker gives the call to another service, or back.
        }
    }

    private void answer(Channel from, Delivery delivery) {
        ToolCall call = read(delivery.getBody());
        if (call == null) {
            reply(delivery, ToolResult.failed("not a tool call that can be read"));
        } else if (running.add(call.callId())) {
            try {
                answer(call, delivery);
            } finally {
                running.remove(call.callId());
            }
        }
        acknowledge(from, delivery);
    }

    private static @Nullable ToolCall read(byte[] body) {
        try {
            ToolCall call = Json.MAPPER.readValue(body, ToolCall.class);
            boolean whole =
                    call != null && call.callId() != null && call.arguments() != null && call.deadline() != null;
            return whole ? call : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private void answer(ToolCall call, Delivery delivery) {
        Duration left = Duration.between(Instant.now(), call.deadline());
        Duration time = left.compareTo(timeout) < 0 ? left : timeout;
        if (time.isNegative() || time.isZero()) {
            // Nobody waits for it any more.
            return;
        }
        Turn turn = new Turn(Thread.currentThread());
        Future<?> end = tools.after(time, () -> {
            if (turn.endOverTime()) {
                reply(delivery, ToolResult.failed("no result within " + Post.text(time)));
            }
        });
        ToolResult result = result(call);
        end.cancel(false);
        if (turn.endInTime()) {
            reply(delivery, result);
        }
    }

    /** A call's time on its thread: ends once, by itself or from outside, and no interrupt outlives it. */
    private static final class Turn {

        private final Thread thread;
        private boolean ended;

        Turn(Thread thread) {
            this.thread = thread;
        }

        /** Ends it and interrupts the thread; false where it has ended. */
        synchronized boolean endOverTime() {
            if (ended) {
                return false;
            }
            ended = true;
            thread.interrupt();
            return true;
        }

        /** Ends it; false where its time was over before. */
        synchronized boolean endInTime() {
            boolean inTime = !ended;
            ended = true;
            Thread.interrupted();
            return inTime;
        }
    }

    private ToolResult result(ToolCall call) {
        try {
            Object content = function.call(call);
            return ToolResult.of(content == null ? "" : content);
        } catch (InterruptedException e) {
            return ToolResult.failed("interrupted");
        } catch (Exception e) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return ToolResult.failed(
                    message.length() <= LONGEST_ERROR ? message : message.substring(0, LONGEST_ERROR) + "…");
        }
    }

    private void reply(Delivery delivery, ToolResult result) {
        String replyTo = delivery.getProperties().getReplyTo();
        if (replyTo == null) {
            return;
        }
        AMQP.BasicProperties properties = Post.properties(Contract.TYPE_TOOL_RESULT)
                .correlationId(delivery.getProperties().getCorrelationId())
                .build();
        tools.reply(replyTo, properties, bytes(result));
    }

    private static byte[] bytes(ToolResult result) {
        try {
            return Json.bytes(result);
        } catch (JacksonException e) {
            return Json.bytes(ToolResult.failed("the tool's result cannot be written as JSON"));
        }
    }

    private static void acknowledge(Channel from, Delivery delivery) {
        try {
            from.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
        } catch (IOException | AlreadyClosedException e) {
            // It comes again, and its first result counts.
        }
    }

    /**
     * Takes no more calls, and waits ten seconds for those under way before their threads are interrupted. Where this was
     * the tool's last service the broker removes the queue, so that workers know at once that nobody offers it.
     */
    @Override
    public void close() {
        synchronized (this) {
            threads.shutdown();
            stopConsuming();
        }
        try {
            if (!threads.awaitTermination(ChatTools.DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (channel != null) {
                Post.abort(channel);
            }
        }
        tools.forget(this);
    }

    private void stopConsuming() {
        try {
            if (channel != null && consumer != null) {
                channel.basicCancel(consumer);
            }
        } catch (IOException | AlreadyClosedException e) {
            // Then nothing comes through it any more either.
        }
    }
}
