package io.chatworker.worker.publish;

import io.chatworker.contracts.Topology;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.json.JsonMapper;

/** Opens the way out for each request. Safe for any thread. */
public final class Publishing {

    private final EventPublisher publisher;
    private final Topology topology;
    private final EventJson json;

    /** {@code mapper} writes the events. */
    public Publishing(EventPublisher publisher, Topology topology, JsonMapper mapper) {
        this.publisher = publisher;
        this.topology = topology;
        this.json = new EventJson(mapper);
    }

    /**
     * The events of one request.
     *
     * @param abandoned whether waiting for the broker is of no use any more
     * @param requesterGone told on a thread of its own when the reply queue is gone
     */
    public RequestEvents to(Address address, BooleanSupplier abandoned, Runnable requesterGone) {
        return new RequestEvents(
                publisher.nextStripe(), topology, json, publisher.counts(), address, abandoned, requesterGone);
    }
}
