package io.chatworker.worker.testing;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A service that offers one tool, as any service may: a queue of its own, bound by the function's name. It answers with
 * the bytes that its script gives, or not at all.
 */
public final class ScriptedTool implements AutoCloseable {

    /** A call that came. */
    public record Called(BasicProperties properties, JsonNode body) {

        public String id() {
            return body.path("call_id").asString("");
        }
    }

    private final Channel channel;
    private final Function<Called, @Nullable String> script;
    private final List<Called> calls = new CopyOnWriteArrayList<>();

    private ScriptedTool(Channel channel, Function<Called, @Nullable String> script) {
        this.channel = channel;
        this.script = script;
    }

    /** Offers the tool until closed; {@code script} gives the body of each result, or null for none. */
    public static ScriptedTool offer(
            Connection connection, Topology names, String name, Function<Called, @Nullable String> script) {
        try {
            Channel channel = connection.createChannel();
            ScriptedTool tool = new ScriptedTool(channel, script);
            channel.queueDeclare(names.toolQueue(name), false, false, true, Map.of());
            channel.queueBind(names.toolQueue(name), names.tools(), name);
            channel.basicConsume(names.toolQueue(name), true, tool.new Calls());
            return tool;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the call of this number, counted from 0. */
    public Called awaitCall(int number) {
        Waits.until(() -> "call " + number + " of a tool, not only " + calls, () -> calls.size() > number);
        return calls.get(number);
    }

    /** The calls so far. */
    public List<Called> calls() {
        return List.copyOf(calls);
    }

    /** Answers a call, again or late. */
    public void answer(Called call, String body) {
        BasicProperties properties = new BasicProperties.Builder()
                .type("chat.tool_result")
                .contentType("application/json")
                .correlationId(call.properties().getCorrelationId())
                .build();
        try {
            channel.basicPublish("", call.properties().getReplyTo(), properties, body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.abort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Calls extends DefaultConsumer {

        Calls() {
            super(channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
            Called call = new Called(properties, Json.of(body));
            calls.add(call);
            String answer = script.apply(call);
            if (answer != null) {
                answer(call, answer);
            }
        }
    }
}
