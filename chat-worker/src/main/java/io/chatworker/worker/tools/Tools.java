package io.chatworker.worker.tools;

import io.chatworker.contracts.Topology;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.json.JsonMapper;

/** The tools that services offer over the broker, and the one queue for what they answer. Safe for any thread. */
public final class Tools {

    private final ToolSettings settings;
    private final CallCarrier carrier;
    private final JsonMapper mapper;
    private final WaitingCalls waiting;
    private final ReplyQueue replies;

    /** {@code mapper} writes what the model reads of a result. */
    public Tools(ToolSettings settings, Topology names, String worker, CallCarrier carrier, JsonMapper mapper) {
        this.settings = settings;
        this.carrier = carrier;
        this.mapper = mapper;
        this.waiting = new WaitingCalls(new ResultReader(settings.maxResultBytes()));
        this.replies = new ReplyQueue(names.toolResultsPrefix(), worker, waiting);
    }

    /** The tools of one request, for one delivery of it. Asks nobody for anything. */
    public RequestTools of(ToolRequest request) {
        return new RequestTools(request, this);
    }

    /** To be listened to on every fresh connection that is not published on. */
    public ReplyQueue replies() {
        return replies;
    }

    /** Results so far that were late, sent twice or for no call of this worker. */
    public LongAdder dropped() {
        return waiting.dropped();
    }

    ToolSettings settings() {
        return settings;
    }

    CallCarrier carrier() {
        return carrier;
    }

    WaitingCalls waiting() {
        return waiting;
    }

    JsonMapper mapper() {
        return mapper;
    }
}
