package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import io.chatworker.contracts.DeadLetterHeaders;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.prompt.WellFormed;
import io.chatworker.worker.publish.Confirmation;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.run.ChatRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.UnsupportedEncodingException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps requests that could not be served, apart from those that their senders got wrong: whole, with the reason, and with their own properties except those that would
 * close the channel or make the broker route, expire or count them.
 */
public final class DeadLetters {

    private static final Set<String> DROPPED = Set.of("CC", "BCC", "x-death", "x-delivery-count", "x-acquired-count");

    private static final int MAX_MESSAGE = 1000;

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private final Topology topology;
    private final String worker;
    private final String queue;
    private final IntSupplier frameMax;

    /** {@code queue}: where the requests come from; {@code frameMax}: the bytes of a frame to the broker, now. */
    public DeadLetters(Topology topology, String worker, String queue, IntSupplier frameMax) {
        this.topology = topology;
        this.worker = worker;
        this.queue = queue;
        this.frameMax = frameMax;
    }

    /** Returns when the broker has it. */
    void keep(Delivery delivery, ChatRun run, Settlement.KeepThenAck reason) throws PublishAbandoned {
        String exchange = topology.keptIn(reason.code());
        Confirmation confirmation = run.events()
                .publishUntilTaken(
                        exchange, delivery.envelope.getRoutingKey(), properties(delivery, reason), delivery.body);
        if (confirmation == Confirmation.UNROUTABLE) {
            log.error(
                    "request {} is not kept: no queue is bound to {}",
                    run.chat().address().requestId(),
                    exchange);
        } else if (confirmation == Confirmation.TOO_LARGE) {
            log.error(
                    "request {} is not kept: the broker takes no message of its {} bytes any more",
                    run.chat().address().requestId(),
                    delivery.body.length);
        }
    }

    /** All properties must fit into one frame. Headers that do not are left out, the largest first, our own last. */
    BasicProperties properties(Delivery delivery, Settlement.KeepThenAck reason) {
        BasicProperties bare = delivery.properties
                .builder()
                .userId(null)
                .expiration(null)
                .deliveryMode(2)
                .headers(Map.of())
                .build();
        Map<String, Object> own = own(delivery, reason);
        Map<String, Object> theirs = kept(delivery.properties);
        theirs.keySet().removeAll(own.keySet());
        long room = (long) frameMax.getAsInt() - size(bare);
        dropLargest(theirs, room - size(own));
        dropLargest(own, room - size(theirs));
        theirs.putAll(own);
        return bare.builder().headers(theirs).build();
    }

    private Map<String, Object> own(Delivery delivery, Settlement.KeepThenAck reason) {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put(DeadLetterHeaders.FAILURE_CODE, reason.code().wire());
        headers.put(DeadLetterHeaders.FAILURE_MESSAGE, words(reason.message()));
        headers.put(DeadLetterHeaders.FAILED_AT, Instant.now().toString());
        headers.put(DeadLetterHeaders.WORKER, worker);
        headers.put(DeadLetterHeaders.ATTEMPT, reason.attempt());
        headers.put(DeadLetterHeaders.QUEUE, queue);
        if (delivery.properties.getUserId() != null) {
            headers.put(DeadLetterHeaders.USER_ID, delivery.properties.getUserId());
        }
        return headers;
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
        return headers;
    }

    private void dropLargest(Map<String, Object> headers, long room) {
        long excess = size(headers) - room;
        if (excess <= 0) {
            return;
        }
        Map<String, Long> sizes = new HashMap<>();
        headers.forEach((name, value) -> sizes.put(name, size(Collections.singletonMap(name, value))));
        List<Map.Entry<String, Long>> largestFirst = sizes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .toList();
        for (Map.Entry<String, Long> header : largestFirst) {
            if (excess > 0) {
                headers.remove(header.getKey());
                excess -= header.getValue();
            }
        }
    }

    private static boolean isKept(String name) {
        return !DROPPED.contains(name) && !name.startsWith("x-first-death-") && !name.startsWith("x-last-death-");
    }

    private static String words(String text) {
        return text.length() <= MAX_MESSAGE ? text : WellFormed.text(text.substring(0, MAX_MESSAGE)) + "…";
    }

    private static long size(Map<String, Object> headers) {
        try {
            return Frame.tableSize(headers);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("UTF-8 is always there", e);
        }
    }

    private static long size(BasicProperties properties) {
        try {
            return properties.toFrame(0, 0).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
