package io.chatworker.cli.letters;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.DeadLetterHeaders;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a kept request is about, without its body, so that ten thousand of them fit into memory.
 *
 * @param requestId from the body, else the message id; "-" if the request had neither
 * @param code the worker's, or the reason of the broker if the broker moved the message itself
 * @param failedAt null where neither worker nor broker says when
 * @param model what the request names; "-" where it leaves the choice to the worker
 * @param attempt 0 where the worker did not say
 * @param fingerprint the same for the same letter whenever the queue is read
 */
public record Letter(
        String requestId,
        String code,
        String reason,
        @Nullable Instant failedAt,
        String model,
        int bytes,
        String worker,
        String attempt,
        String queue,
        String routingKey,
        String fingerprint) {

    /** Newest first; of equal age always in the same order, whatever that of the queue. */
    static final Comparator<Letter> NEWEST_FIRST = Comparator.comparing(
                    Letter::failedAtOrNever, Comparator.reverseOrder())
            .thenComparing(letter -> letter.requestId)
            .thenComparing(Letter::fingerprint);

    static Letter of(GetResponse message) {
        Map<String, Object> headers = headers(message);
        ObjectNode body = body(message);
        return new Letter(
                requestId(message, body),
                code(headers),
                text(headers, DeadLetterHeaders.FAILURE_MESSAGE),
                failedAt(headers),
                body == null ? "-" : body.path("model").asString("-"),
                message.getBody().length,
                text(headers, DeadLetterHeaders.WORKER),
                text(headers, DeadLetterHeaders.ATTEMPT),
                text(headers, DeadLetterHeaders.QUEUE),
                message.getEnvelope().getRoutingKey(),
                Fingerprint.of(message));
    }

    /** The body, where it is a JSON object. */
    static @Nullable ObjectNode body(GetResponse message) {
        try {
            return Json.tree(message.getBody()) instanceof ObjectNode fields ? fields : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    static Map<String, Object> headers(GetResponse message) {
        AMQP.BasicProperties properties = message.getProps();
        return properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    }

    /** Its facts under the names of their columns. */
    public ObjectNode json() {
        return Json.object()
                .put("request_id", requestId)
                .put("code", code)
                .put("message", reason)
                .put("failed_at", failedAt == null ? null : failedAt.toString())
                .put("model", model)
                .put("bytes", bytes)
                .put("worker", worker)
                .put("attempt", attempt)
                .put("queue", queue)
                .put("routing_key", routingKey);
    }

    private Instant failedAtOrNever() {
        return failedAt == null ? Instant.EPOCH : failedAt;
    }

    private static String requestId(GetResponse message, @Nullable ObjectNode body) {
        if (body != null && body.path("request_id").isString()) {
            return body.path("request_id").asString();
        }
        String messageId = message.getProps().getMessageId();
        return messageId == null ? "-" : messageId;
    }

    private static String code(Map<String, Object> headers) {
        String code = text(headers, DeadLetterHeaders.FAILURE_CODE);
        Object reason = death(headers).get("reason");
        return code.isEmpty() ? "broker: " + (reason == null ? "unknown" : reason) : code;
    }

    private static @Nullable Instant failedAt(Map<String, Object> headers) {
        try {
            String at = text(headers, DeadLetterHeaders.FAILED_AT);
            if (!at.isEmpty()) {
                return Instant.parse(at);
            }
        } catch (DateTimeParseException e) {
            // Not the worker's: as if there were none.
        }
        return death(headers).get("time") instanceof Date time ? time.toInstant() : null;
    }

    /** What the broker says of the newest time that it moved the message. */
    private static Map<?, ?> death(Map<String, Object> headers) {
        return headers.get("x-death") instanceof List<?> deaths
                        && !deaths.isEmpty()
                        && deaths.getFirst() instanceof Map<?, ?> death
                ? death
                : Map.of();
    }

    private static String text(Map<String, Object> headers, String name) {
        Object value = headers.get(name);
        return value == null ? "" : value.toString();
    }
}
