package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Opens the way out for each request. Safe for any thread. */
public final class Publishing {

    private static final Logger log = LoggerFactory.getLogger(Publishing.class);
    private static final Duration REPLY_PATIENCE = Duration.ofSeconds(5);
    private static final byte[] NO_ARGUMENTS = "{}".getBytes(StandardCharsets.UTF_8);

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
     * The events of one request. Asks nobody for anything.
     *
     * @param left stopped when the request is no longer this worker's: from then on no wait for the broker is worth it
     */
    public RequestEvents to(Address address, StopSignal left) {
        ConfirmedSend send = new ConfirmedSend(publisher.nextStripe(), publisher.connection()::hurry, left);
        return new RequestEvents(send, topology, json, publisher.counts(), address);
    }

    /** The chunks of one attempt. */
    public ChunkStream chunks(RequestEvents events, int attempt, String run) {
        return new ChunkStream(events, json, events.head(attempt, run), settings.chunkInterval(), timer);
    }

    /** What a terminal event may weigh: less once the broker has said that it takes less. */
    public int maxEventBytes() {
        return Math.min(settings.maxEventBytes(), publisher.limit().most());
    }

    /** The bytes of a frame to the broker, into which all properties of a message must fit. */
    public int frameMax() {
        return publisher.frameMax();
    }

    /**
     * Looks from now on whether the requester of these events is there. Where a direct reply-to has to be asked for, this
     * returns when the broker has answered, or after 3 s.
     *
     * @param gone called when the requester is gone, by this thread where that is so already, else on a thread of its
     *     own; perhaps several times
     */
    public WatchedRequester watch(RequestEvents events, Runnable gone) {
        Address address = events.address();
        String replyTo = address.replyTo();
        events.onRequesterGone(gone);
        if (replyTo == null || !address.isDirectReply()) {
            return new WatchedRequester(publisher.requesters(), null, gone);
        }
        if (publisher.requesters().ask(replyTo) == RequesterWatch.Presence.GONE) {
            events.withoutRequester();
            gone.run();
            return new WatchedRequester(publisher.requesters(), null, gone);
        }
        return new WatchedRequester(publisher.requesters(), replyTo, gone);
    }

    /**
     * Sends one message to a reply queue, once and unconfirmed; dropped where the broker takes none for some seconds.
     */
    public void reply(String replyTo, BasicProperties properties, byte[] body) {
        if (Address.isDirectReply(replyTo) && publisher.requesters().ask(replyTo) != RequesterWatch.Presence.THERE) {
            return;
        }
        StopSignal late = new StopSignal();
        Future<?> patience = timer.schedule(late::stop, REPLY_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            Message reply = new Message("", replyTo, false, properties, body);
            new ConfirmedSend(publisher.nextStripe(), publisher.connection()::hurry, late).sendNow(new Outgoing(reply));
        } catch (PublishAbandoned e) {
            log.debug("a reply was dropped: the broker took nothing for {}", REPLY_PATIENCE);
        } finally {
            patience.cancel(false);
        }
    }

    /**
     * Asks every worker to describe itself; not while the broker takes no messages. On a channel of its own, so that no
     * event is disturbed where the broker does not permit it.
     */
    public void describe(String replyTo, String correlationId) {
        Connection open = publisher.connection().current();
        if (open == null || publisher.blockedReason() != null) {
            return;
        }
        BasicProperties properties = new BasicProperties.Builder()
                .contentType("application/json")
                .type(Contract.TYPE_DESCRIBE)
                .appId(Contract.APP_ID)
                .correlationId(correlationId)
                .replyTo(replyTo)
                .build();
        try (Channel spare = BrokerConnection.channel(open)) {
            spare.basicPublish(topology.control(), "", properties, NO_ARGUMENTS);
        } catch (IOException | TimeoutException | RuntimeException e) {
            log.warn("the other workers cannot be asked whether they take requests: {}", e.getMessage());
        }
    }
}
