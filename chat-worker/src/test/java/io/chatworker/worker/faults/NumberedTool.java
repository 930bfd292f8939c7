package io.chatworker.worker.faults;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;

/**
 * A service that offers the one tool of a numbered load, with a queue that outlives it: a call that it dies over goes to
 * the next one. It answers by the request's number, as often as its script gives bodies.
 */
final class NumberedTool implements AutoCloseable {

    static final Map<String, Object> OFFER = Map.of("type", "function", "function", Map.of("name", "step"));

    private static final String NAME = "step";

    /** The idempotency keys that came for each request; for all services of a test. */
    private final Map<String, Set<String>> keys;

    private final Connection connection;
    private final List<JsonNode> calls = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private volatile Duration delay = Duration.ZERO;

    private NumberedTool(Connection connection, Map<String, Set<String>> keys) {
        this.connection = connection;
        this.keys = keys;
    }

    /** The model's call in the answer to a request of this number. */
    static String call(int number) {
        return "{\"id\":\"c\",\"function\":{\"index\":0,\"name\":\"step\",\"arguments\":{\"number\":" + number + "}}}";
    }

    static Map<String, Set<String>> noKeys() {
        return new ConcurrentHashMap<>();
    }

    /** Offers the tool from now on; a script that gives null leaves the call unsettled. */
    static NumberedTool offer(
            Connection connection, Topology names, Map<String, Set<String>> keys, IntFunction<List<String>> script) {
        NumberedTool tool = new NumberedTool(connection, keys);
        try {
            Channel channel = connection.createChannel();
            channel.queueDeclare(names.toolQueue(NAME), true, false, false, Map.of());
            channel.queueBind(names.toolQueue(NAME), names.tools(), NAME);
            channel.basicConsume(names.toolQueue(NAME), false, tool.new Calls(channel, script));
            return tool;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the queue away, so that nobody offers the tool. */
    static void withdraw(Connection connection, Topology names) {
        try (Channel channel = connection.createChannel()) {
            channel.queueDelete(names.toolQueue(NAME));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on answers so long after a call came. */
    void answersAfter(Duration wait) {
        delay = wait;
    }

    void awaitCalls(int count) {
        Waits.until(() -> count + " calls, not " + calls.size(), () -> calls.size() >= count);
    }

    /** As when its process is killed: what it has not settled goes back to the queue. */
    @Override
    public void close() {
        connection.abort();
        later.shutdownNow();
    }

    private final class Calls extends DefaultConsumer {
        private final IntFunction<List<String>> script;

        Calls(Channel channel, IntFunction<List<String>> script) {
            super(channel);
            this.script = script;
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
                throws IOException {
            JsonNode call = Json.of(body);
            calls.add(call);
            keys.computeIfAbsent(call.path("request_id").asString(""), _ -> ConcurrentHashMap.newKeySet())
                    .add(call.path("idempotency_key").asString(""));
            List<String> answers = script.apply(call.at("/arguments/number").asInt());
            if (answers == null) {
                return;
            }
            BasicProperties result = new BasicProperties.Builder()
                    .type("chat.tool_result")
                    .correlationId(properties.getCorrelationId())
                    .build();
            var _ = later.schedule(
                    () -> answer(answers, properties.getReplyTo(), result, envelope.getDeliveryTag()),
                    delay.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void answer(List<String> answers, String replyTo, BasicProperties result, long call) {
            try {
                for (String answer : answers) {
                    getChannel().basicPublish("", replyTo, result, answer.getBytes(StandardCharsets.UTF_8));
                }
                getChannel().basicAck(call, false);
            } catch (IOException | AlreadyClosedException e) {
                // The broker is gone: it gives the call to whoever comes next.
            }
        }
    }
}
