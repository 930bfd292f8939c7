package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.EventName;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.settings.Backoff;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the events of one request, all through one stripe, so in their order. For one thread at a time.
 *
 * <p>With a reply queue, {@code started}, {@code waiting} and {@code chunk} go there instead of the chunks exchange,
 * and the terminal event to both, first there; only the completions exchange decides.
 */
public final class RequestEvents implements AutoCloseable {

    /** How soon a wait for a confirm that never comes notices that it is abandoned. */
    private static final int CONFIRM_POLL_MS = 500;

    private static final Backoff REFUSED = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final Stripe stripe;
    private final Topology topology;
    private final EventJson json;
    private final PublishCounts counts;
    private final Address address;
    private final BooleanSupplier abandoned;
    private final Runnable requesterGone;
    private final Runnable unwatch;
    private final String chunkKey;
    /** Built once a second: nothing in them changes sooner. */
    private @Nullable BasicProperties chunkProperties;

    private long chunkSecond;
    private boolean requesterWasGone;
    /** What the broker says of the latest event that the requester's queue must take. */
    private @Nullable CompletableFuture<Confirmation> latestToRequester;

    RequestEvents(
            Stripe stripe,
            Topology topology,
            EventJson json,
            PublishCounts counts,
            Address address,
            BooleanSupplier abandoned,
            Runnable requesterGone,
            Runnable unwatch) {
        this.stripe = stripe;
        this.topology = topology;
        this.json = json;
        this.counts = counts;
        this.address = address;
        this.abandoned = abandoned;
        this.requesterGone = requesterGone;
        this.unwatch = unwatch;
        this.chunkKey = Topology.routingKey(address.conversationId(), address.requestId(), EventName.CHUNK);
    }

    /** Publishes {@code started} or {@code waiting}. */
    public void publish(ChatEvent event) throws PublishAbandoned {
        String key = Topology.routingKey(address.conversationId(), address.requestId(), event.event());
        boolean mandatory = event.event() == EventName.STARTED;
        stream(key, mandatory, properties(event.event()), json.write(event));
    }

    ChunkHead head(int attempt, String run) {
        return new ChunkHead(address.requestId(), address.conversationId(), attempt, run);
    }

    void chunk(byte[] body) throws PublishAbandoned {
        BasicProperties properties = chunkProperties;
        long now = System.currentTimeMillis() / 1000;
        if (properties == null || now != chunkSecond) {
            properties = properties(EventName.CHUNK);
            chunkProperties = properties;
            chunkSecond = now;
        }
        stream(chunkKey, true, properties, body);
        counts.chunks.increment();
    }

    /** The event as it goes out. */
    public byte[] encode(TerminalEvent event) {
        return json.write(event);
    }

    /**
     * Publishes the terminal event.
     *
     * @param body the event, {@link #encode encoded}
     * @return what the broker said of the one on the completions exchange
     */
    public Confirmation publishTerminal(TerminalEvent event, byte[] body) throws PublishAbandoned {
        BasicProperties properties = properties(event.event());
        String key = Topology.routingKey(address.conversationId(), address.requestId(), event.event());
        String replyTo = address.replyTo();
        return untilTaken(() -> {
            if (replyTo != null) {
                stripe.publish(new Outgoing("", replyTo, false, properties, body, null, null), abandoned);
            }
            return send(topology.completions(), key, properties, body);
        });
    }

    /** Publishes any message behind the events, again while a queue refuses it, until the broker has taken it. */
    public Confirmation publishUntilTaken(String exchange, String routingKey, BasicProperties properties, byte[] body)
            throws PublishAbandoned {
        return untilTaken(() -> send(exchange, routingKey, properties, body));
    }

    private interface Sending {
        Confirmation send() throws PublishAbandoned;
    }

    private Confirmation untilTaken(Sending sending) throws PublishAbandoned {
        for (int refusals = 1; ; refusals++) {
            Confirmation confirmation = sending.send();
            if (confirmation != Confirmation.REFUSED) {
                return confirmation;
            }
            stripe.pause(REFUSED.after(refusals, ThreadLocalRandom.current()), abandoned);
        }
    }

    private Confirmation send(String exchange, String routingKey, BasicProperties properties, byte[] body)
            throws PublishAbandoned {
        CompletableFuture<Confirmation> confirmation = new CompletableFuture<>();
        stripe.publish(new Outgoing(exchange, routingKey, true, properties, body, confirmation, null), abandoned);
        return await(confirmation);
    }

    private Confirmation await(Future<Confirmation> confirmation) throws PublishAbandoned {
        while (true) {
            try {
                return confirmation.get(CONFIRM_POLL_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (abandoned.getAsBoolean()) {
                    throw new PublishAbandoned();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PublishAbandoned();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a confirmation never fails", e);
            }
        }
    }

    /** Makes a publish that waits ask whether it is abandoned. */
    public void wake() {
        stripe.wake();
    }

    private void stream(String key, boolean mandatory, BasicProperties properties, byte[] body)
            throws PublishAbandoned {
        if (address.replyTo() == null) {
            stripe.publish(new Outgoing(topology.chunks(), key, false, properties, body, null, null), abandoned);
        } else {
            boolean mustArrive = mandatory && address.repliesMandatory();
            CompletableFuture<Confirmation> confirmation = mustArrive ? new CompletableFuture<>() : null;
            latestToRequester = confirmation;
            stripe.publish(
                    new Outgoing("", address.replyTo(), mustArrive, properties, body, confirmation, this::returned),
                    abandoned);
        }
    }

    /**
     * Whether the requester's queue took all so far, which may need a moment: an answer can be faster than the broker's
     * word that there is nobody to read it.
     */
    public boolean requesterTookAll() throws PublishAbandoned {
        return latestToRequester == null || await(latestToRequester) != Confirmation.UNROUTABLE;
    }

    /** Counts a terminal event that no queue wanted. */
    public void countUnroutable() {
        counts.unroutable.increment();
    }

    void requesterIsGone() {
        requesterWasGone = true;
    }

    /** Whether the requester was gone before there was anything to publish. */
    public boolean requesterWasGone() {
        return requesterWasGone;
    }

    /** To be called when the request has ended: its requester is not looked for any more. */
    @Override
    public void close() {
        unwatch.run();
    }

    private void returned() {
        counts.returned.increment();
        requesterGone.run();
    }

    private BasicProperties properties(EventName event) {
        boolean terminal = event == EventName.COMPLETED || event == EventName.FAILED || event == EventName.CANCELLED;
        String traceparent = address.trace().traceparent();
        return new BasicProperties.Builder()
                .contentType("application/json")
                .type(Contract.type(event))
                .correlationId(address.correlationId())
                .messageId(terminal ? address.requestId() : null)
                .appId(Contract.APP_ID)
                .timestamp(seconds())
                .deliveryMode(terminal ? 2 : 1)
                .headers(traceparent == null ? null : Map.of(TraceContext.TRACEPARENT, traceparent))
                .build();
    }

    /** AMQP timestamps are whole seconds. */
    private static Date seconds() {
        return new Date(System.currentTimeMillis() / 1000 * 1000);
    }
}
