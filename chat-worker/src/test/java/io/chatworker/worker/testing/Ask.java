package io.chatworker.worker.testing;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A request in the making. */
public final class Ask {

    private final Map<String, Object> body = new LinkedHashMap<>();
    private final Map<String, Object> headers = new LinkedHashMap<>();
    private BasicProperties.Builder properties = new BasicProperties.Builder().contentType("application/json");
    private String routingKey = "m";

    private Ask() {}

    /** A question with random ids. */
    public static Ask message(String text) {
        return new Ask()
                .with("request_id", id("r"))
                .with("conversation_id", id("c"))
                .with("message", text);
    }

    /** The body of a recorded call to Ollama, as a request of ours. */
    public static Ask recorded(JsonNode call) {
        Ask ask = message("").without("message");
        call.properties().forEach(entry -> ask.with(entry.getKey(), entry.getValue()));
        return ask;
    }

    /** A random id. */
    public static String id(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    }

    public Ask with(String key, Object value) {
        body.put(key, value);
        return this;
    }

    public Ask without(String key) {
        body.remove(key);
        return this;
    }

    public Ask header(String name, Object value) {
        headers.put(name, value);
        return this;
    }

    public Ask replyTo(String queue) {
        properties.replyTo(queue);
        return this;
    }

    public Ask correlationId(String id) {
        properties.correlationId(id);
        return this;
    }

    /** Any other properties; headers are set by {@link #header}. */
    public Ask properties(BasicProperties.Builder others) {
        properties = others;
        return this;
    }

    public Ask routingKey(String key) {
        routingKey = key;
        return this;
    }

    String routingKey() {
        return routingKey;
    }

    /** Its AMQP properties. */
    public BasicProperties build() {
        return properties.headers(headers.isEmpty() ? null : headers).build();
    }

    public byte[] bytes() {
        return Json.MAPPER.writeValueAsBytes(body);
    }

    String requestId() {
        return String.valueOf(body.get("request_id"));
    }
}
