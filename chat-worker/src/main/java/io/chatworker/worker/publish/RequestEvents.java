package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.EventName;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.Topology;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The events of one request: where each goes, and with which properties. All leave in their order.
 *
 * <p>With a reply queue, all events but the terminal one go there instead of the chunks exchange,
 * and the terminal event to both, first there; only the completions exchange decides.
 *
 * <p>For one thread at a time; the broker's returns come on others.
 */
public final class RequestEvents {

    private final ConfirmedSend send;
    private final Topology topology;
    private final EventJson json;
    private final PublishCounts counts;
    private final String chunksExchange;
    private final String chunkKey;
    private volatile Runnable requesterGone = () -> {};

    private Address address;
    /** Built once a second: nothing in them changes sooner. */
    private @Nullable BasicProperties chunkProperties;

    private long chunkSecond;
    /** What the broker says of the latest event that the requester's queue must take. */
    private @Nullable CompletableFuture<Confirmation> latestToRequester;

    RequestEvents(ConfirmedSend send, Topology topology, EventJson json, PublishCounts counts, Address address) {
        this.send = send;
        this.topology = topology;
        this.json = json;
        this.counts = counts;
        this.address = address;
        this.chunksExchange = topology.chunks();
        this.chunkKey = key(EventName.CHUNK);
    }

    Address address() {
        return address;
    }

    /** Who is called, on a thread of its own, when the reply queue returns an event. */
    void onRequesterGone(Runnable gone) {
        requesterGone = gone;
    }

    /** From now on nothing is sent to the reply queue. */
    void withoutRequester() {
        address = address.withoutReplyTo();
    }

    /** Publishes any event but chunks and terminal ones. */
    public void publish(ChatEvent event) throws PublishAbandoned {
        boolean mandatory = event.event() != EventName.WAITING;
        send.sendNow(streamed(key(event.event()), mandatory, properties(event.event()), json.write(event)));
    }

    /** What each chunk of this attempt says. */
    ChunkHead head(int attempt, String run) {
        return new ChunkHead(address.requestId(), address.conversationId(), attempt, run);
    }

    /** {@code first} of its attempt: somebody looks at an empty screen. */
    void chunk(byte[] body, boolean first) throws PublishAbandoned {
        BasicProperties properties = chunkProperties;
        long now = System.currentTimeMillis() / 1000;
        if (properties == null || now != chunkSecond) {
            properties = properties(EventName.CHUNK);
            chunkProperties = properties;
            chunkSecond = now;
        }
        Outgoing chunk = streamed(chunkKey, true, properties, body);
        if (first) {
            send.sendNow(chunk);
        } else {
            send.send(chunk);
        }
        counts.chunks.increment();
    }

    /** The event as it goes out. */
    public byte[] encode(TerminalEvent event) {
        return json.write(event);
    }

    /**
     * Publishes the terminal event, again while the broker nacks it.
     *
     * @param body the event, {@link #encode encoded}
     * @return what the broker said of the one on the completions exchange
     */
    public Confirmation publishTerminal(TerminalEvent event, byte[] body) throws PublishAbandoned {
        BasicProperties properties = properties(event.event());
        String replyTo = address.replyTo();
        Confirmation word = send.untilTaken(
                replyTo == null ? null : new Message("", replyTo, false, properties, body),
                new Message(topology.completions(), key(event.event()), true, properties, body));
        if (word == Confirmation.UNROUTABLE) {
            counts.unroutable.increment();
        }
        return word;
    }

    /** Publishes any message behind the events, again while the broker nacks it, until it has taken it. */
    public Confirmation publishUntilTaken(String exchange, String routingKey, BasicProperties properties, byte[] body)
            throws PublishAbandoned {
        return send.untilTaken(new Message(exchange, routingKey, true, properties, body));
    }

    /**
     * Whether the requester's queue took all so far, which may need a moment: an answer can be faster than the broker's
     * word that there is nobody to read it.
     */
    public boolean requesterTookAll() throws PublishAbandoned {
        return latestToRequester == null || send.await(latestToRequester) != Confirmation.UNROUTABLE;
    }

    private Outgoing streamed(String key, boolean mandatory, BasicProperties properties, byte[] body) {
        String replyTo = address.replyTo();
        if (replyTo == null) {
            return new Outgoing(new Message(chunksExchange, key, false, properties, body));
        }
        boolean mustArrive = mandatory && address.repliesMandatory();
        latestToRequester = mustArrive ? new CompletableFuture<>() : null;
        Message message = new Message("", replyTo, mustArrive, properties, body);
        return new Outgoing(message, latestToRequester, this::returned);
    }

    private void returned() {
        counts.returned.increment();
        requesterGone.run();
    }

    private String key(EventName event) {
        return Topology.routingKey(address.conversationId(), address.requestId(), event);
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
