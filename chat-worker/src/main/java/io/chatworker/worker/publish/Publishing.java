package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Topology;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Opens the way out for each request. Safe for any thread. */
public final class Publishing {

    private static final Logger log = LoggerFactory.getLogger(Publishing.class);
    private static final Duration REPLY_PATIENCE = Duration.ofSeconds(5);

    private final EventPublisher publisher;
    private final Topology topology;
    private final PublishSettings settings;
    private final EventJson json;
    private final ScheduledExecutorService timer;

    /** {@code mapper} writes the events; {@code timer} sends text that was gathered when nothing more comes. */
    public Publishing(
            EventPublisher publisher,
            Topology topology,
            PublishSettings settings,
            JsonMapper mapper,
            ScheduledExecutorService timer) {
        this.publisher = publisher;
        this.topology = topology;
        this.settings = settings;
        this.json = new EventJson(mapper);
        this.timer = timer;
    }

    /**
     * Sends one message to a reply queue, once and unconfirmed; dropped where the broker takes none for some seconds.
     */
    public void reply(String replyTo, BasicProperties properties, byte[] body) {
        if (Address.isDirectReply(replyTo) && publisher.watch().ask(replyTo) != RequesterWatch.Presence.THERE) {
            return;
        }
        long deadline = System.nanoTime() + REPLY_PATIENCE.toNanos();
        try {
            publisher
                    .nextStripe()
                    .publish(
                            new Outgoing("", replyTo, false, properties, body, null, null),
                            () -> System.nanoTime() > deadline);
        } catch (PublishAbandoned e) {
            log.debug("a reply was dropped: the broker took nothing for {}", REPLY_PATIENCE);
        }
    }

    /**
     * The events of one request.
     *
     * @param abandoned whether waiting for the broker is of no use any more
     * @param requesterGone told on a thread of its own when the reply queue is gone
     */
    public RequestEvents to(Address address, BooleanSupplier abandoned, Runnable requesterGone) {
        String replyTo = address.replyTo();
        if (replyTo == null || !address.isDirectReply()) {
            return events(address, abandoned, requesterGone, () -> {});
        }
        if (publisher.watch().ask(replyTo) == RequesterWatch.Presence.GONE) {
            RequestEvents events = events(address.withoutReplyTo(), abandoned, requesterGone, () -> {});
            events.requesterIsGone();
            return events;
        }
        publisher.watch().add(replyTo, requesterGone);
        return events(address, abandoned, requesterGone, () -> publisher.watch().remove(replyTo, requesterGone));
    }

    /** The chunks of one attempt. */
    public ChunkStream chunks(RequestEvents events, int attempt, String run) {
        return new ChunkStream(events, json, events.head(attempt, run), settings.chunkInterval(), timer);
    }

    /** What a terminal event may weigh. */
    public int maxEventBytes() {
        return settings.maxEventBytes();
    }

    private RequestEvents events(Address address, BooleanSupplier abandoned, Runnable requesterGone, Runnable unwatch) {
        return new RequestEvents(
                publisher.nextStripe(), topology, json, publisher.counts(), address, abandoned, requesterGone, unwatch);
    }
}
