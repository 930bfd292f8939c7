package io.chatworker.cli.letters;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.DeadLetterHeaders;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A letter as a new request. It gets a new id, because a request id names one request, and loses the headers that
 * its failure added. A reply queue named by the broker is gone with its requester, so the new request does not name it.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Replay(String requestId, String routingKey, AMQP.BasicProperties properties, byte[] body) {

    private static final Set<String> OF_ITS_DEATH = Set.of(
            DeadLetterHeaders.FAILURE_CODE,
            DeadLetterHeaders.FAILURE_MESSAGE,
            DeadLetterHeaders.FAILED_AT,
            DeadLetterHeaders.WORKER,
            DeadLetterHeaders.ATTEMPT,
            DeadLetterHeaders.QUEUE,
            DeadLetterHeaders.USER_ID,
            "x-death",
            "x-delivery-count",
            "x-acquired-count");

    public static Replay of(GetResponse message, String requestId, Instant now) {
        return new Replay(
                requestId,
                message.getEnvelope().getRoutingKey(),
                properties(message, requestId, now),
                body(message, requestId, now));
    }

    private static AMQP.BasicProperties properties(GetResponse message, String requestId, Instant now) {
        AMQP.BasicProperties old = message.getProps();
        String replyTo = old.getReplyTo();
        return old.builder()
                .headers(headers(message))
                .messageId(requestId)
                .type(Contract.TYPE_REQUEST)
                .replyTo(replyTo == null || replyTo.startsWith("amq.") ? null : replyTo)
                .timestamp(Date.from(now))
                .userId(null)
                .expiration(null)
                .deliveryMode(2)
                .build();
    }

    private static Map<String, Object> headers(GetResponse message) {
        Map<String, Object> headers = new HashMap<>(Letter.headers(message));
        headers.keySet()
                .removeIf(name -> OF_ITS_DEATH.contains(name)
                        || name.startsWith("x-first-death-")
                        || name.startsWith("x-last-death-"));
        return headers;
    }

    /** Changes only what must be new. A body that is not an object is sent unchanged, and fails again. */
    private static byte[] body(GetResponse message, String requestId, Instant now) {
        ObjectNode fields = Letter.body(message);
        if (fields == null) {
            return message.getBody();
        }
        boolean changed = false;
        if (fields.has("request_id")) {
            fields.put("request_id", requestId);
            changed = true;
        }
        if (fields.has("sent_at")) {
            fields.put("sent_at", now.truncatedTo(ChronoUnit.MILLIS).toString());
            changed = true;
        }
        return changed ? Json.bytes(fields) : message.getBody();
    }
}
