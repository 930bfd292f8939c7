package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import io.chatworker.contracts.DeadLetterHeaders;
import io.chatworker.worker.publish.ShortText;
import java.io.UnsupportedEncodingException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The properties of a request on its way to the dead letters: its own, but for what would be refused there, or would
 * make the broker route, expire or count it, and with the reason.
 */
final class DeadLetter {

    private static final Set<String> DROPPED = Set.of("CC", "BCC", "x-death", "x-delivery-count", "x-acquired-count");

    /** All properties must fit in one frame, of 128 KiB unless somebody changed it; the reason takes its part. */
    private static final long MAX_HEADERS_BYTES = 120 * 1024;

    private DeadLetter() {}

    static BasicProperties properties(Delivery delivery, Verdict.DeadLetter reason, String worker, String queue) {
        BasicProperties properties = delivery.properties;
        Map<String, Object> headers = kept(properties);
        headers.put(DeadLetterHeaders.FAILURE_CODE, reason.code().wire());
        headers.put(DeadLetterHeaders.FAILURE_MESSAGE, reason.message());
        headers.put(DeadLetterHeaders.FAILED_AT, Instant.now().toString());
        headers.put(DeadLetterHeaders.WORKER, worker);
        headers.put(DeadLetterHeaders.ATTEMPT, reason.attempt());
        headers.put(DeadLetterHeaders.QUEUE, queue);
        if (delivery.properties.getUserId() != null) {
            headers.put(DeadLetterHeaders.USER_ID, delivery.properties.getUserId());
        }
        return properties
                .builder()
                .contentType(ShortText.orNull(properties.getContentType()))
                .contentEncoding(ShortText.orNull(properties.getContentEncoding()))
                .correlationId(ShortText.orNull(properties.getCorrelationId()))
                .replyTo(ShortText.orNull(properties.getReplyTo()))
                .messageId(ShortText.orNull(properties.getMessageId()))
                .type(ShortText.orNull(properties.getType()))
                .appId(ShortText.orNull(properties.getAppId()))
                .clusterId(ShortText.orNull(properties.getClusterId()))
                .userId(null)
                .expiration(null)
                .deliveryMode(2)
                .headers(headers)
                .build();
    }

    private static Map<String, Object> kept(BasicProperties properties) {
        Map<String, Object> headers = new LinkedHashMap<>();
        if (properties.getHeaders() != null) {
            properties.getHeaders().forEach((name, value) -> {
                if (isKept(name)) {
                    headers.put(name, value);
                }
            });
        }
        return size(headers) <= MAX_HEADERS_BYTES ? headers : new LinkedHashMap<>();
    }

    private static boolean isKept(String name) {
        return !DROPPED.contains(name)
                && !name.startsWith("x-first-death-")
                && !name.startsWith("x-last-death-")
                && ShortText.fits(name);
    }

    private static long size(Map<String, Object> headers) {
        try {
            return Frame.tableSize(headers);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("UTF-8 is always there", e);
        }
    }
}
