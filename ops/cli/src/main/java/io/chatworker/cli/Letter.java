package io.chatworker.cli;

import com.rabbitmq.client.GetResponse;
import io.chatworker.contracts.DeadLetterHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A request that failed and was kept, with the reason from its headers. */
record Letter(GetResponse message) {

    /** From the body, else the message id; "-" if the request had neither. */
    String requestId() {
        JsonNode id = body() == null ? null : body().get("request_id");
        if (id != null && id.isString()) {
            return id.stringValue();
        }
        String messageId = message.getProps().getMessageId();
        return messageId == null ? "-" : messageId;
    }

    /** The code of the worker, or the reason of the broker if the broker moved the message itself. */
    String code() {
        String code = header(DeadLetterHeaders.FAILURE_CODE);
        return code.isEmpty() ? "broker: " + brokersReason() : code;
    }

    String reason() {
        return header(DeadLetterHeaders.FAILURE_MESSAGE);
    }

    String failedAt() {
        String at = header(DeadLetterHeaders.FAILED_AT);
        return at.isEmpty() ? "-" : at;
    }

    @Nullable
    ObjectNode body() {
        try {
            return Json.tree(message.getBody()) instanceof ObjectNode fields ? fields : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private String brokersReason() {
        if (headers().get("x-death") instanceof List<?> deaths
                && !deaths.isEmpty()
                && deaths.getFirst() instanceof Map<?, ?> death) {
            return String.valueOf(death.get("reason"));
        }
        return "unknown";
    }

    private String header(String name) {
        Object value = headers().get(name);
        return value == null ? "" : value.toString();
    }

    Map<String, Object> headers() {
        Map<String, Object> headers = message.getProps().getHeaders();
        return headers == null ? Map.of() : headers;
    }

    String line() {
        return (failedAt() + "  " + requestId() + "  " + code() + "  " + reason().replaceAll("\\s+", " "))
                .stripTrailing();
    }

    ObjectNode json() {
        return Json.object()
                .put("request_id", requestId())
                .put("code", code())
                .put("message", reason())
                .put("failed_at", failedAt())
                .put("worker", header(DeadLetterHeaders.WORKER))
                .put("attempt", header(DeadLetterHeaders.ATTEMPT))
                .put("queue", header(DeadLetterHeaders.QUEUE))
                .put("routing_key", message.getEnvelope().getRoutingKey())
                .put("bytes", message.getBody().length);
    }
}
