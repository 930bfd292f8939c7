package io.chatworker.worker.testing;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * An event as it came.
 *
 * @param exchange empty for one that came through the default exchange, to a reply queue
 */
public record Event(String exchange, String routingKey, BasicProperties properties, JsonNode body) {

    private static final Set<String> TERMINAL = Set.of("completed", "failed", "cancelled");

    /** {@code started}, {@code chunk} …, by its AMQP type. */
    public String name() {
        String type = String.valueOf(properties.getType());
        return type.startsWith("chat.") ? type.substring("chat.".length()) : type;
    }

    public boolean isTerminal() {
        return TERMINAL.contains(name());
    }

    public String requestId() {
        return body.path("request_id").asString("");
    }

    public String run() {
        return body.path("run").asString("");
    }

    public int attempt() {
        return body.path("attempt").asInt(-1);
    }

    /** The text at a JSON Pointer, empty where there is none. */
    public String text(String pointer) {
        return body.at(pointer).asString("");
    }

    public JsonNode at(String pointer) {
        return body.at(pointer);
    }

    @Override
    public String toString() {
        return name() + " via '" + exchange + "' " + body;
    }
}
