package io.chatworker.worker.tools;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The calls that wait for their result: as many as the worker's places for chats times the calls of a round at most. The
 * first end of a call counts; what comes for no call that waits is dropped and counted. Safe for any thread.
 */
final class WaitingCalls {

    private final ResultReader reader;
    private final Map<String, Consumer<ToolEnd>> waiting = new ConcurrentHashMap<>();
    private final LongAdder dropped = new LongAdder();

    WaitingCalls(ResultReader reader) {
        this.reader = reader;
    }

    /** {@code ended} hears once how the call ended, on the thread that knows, unless it is forgotten before. */
    void expect(String callId, Consumer<ToolEnd> ended) {
        waiting.put(callId, ended);
    }

    void forget(String callId) {
        waiting.remove(callId);
    }

    /** Takes what came to the reply queue. */
    void deliver(BasicProperties properties, byte[] body) {
        String callId = properties.getCorrelationId();
        Consumer<ToolEnd> ended = callId == null ? null : waiting.remove(callId);
        if (ended == null) {
            dropped.increment();
        } else {
            ended.accept(reader.read(properties, body));
        }
    }

    /** The call ends without a result. */
    void end(String callId, ToolEnd end) {
        Consumer<ToolEnd> ended = waiting.remove(callId);
        if (ended != null) {
            ended.accept(end);
        }
    }

    /** Nothing comes for any of them any more. */
    void endAll(String why) {
        for (String callId : List.copyOf(waiting.keySet())) {
            end(callId, ToolEnd.error(ToolOutcome.TIMEOUT, why));
        }
    }

    /** Results so far that were late, sent twice or for no call of this worker. */
    LongAdder dropped() {
        return dropped;
    }
}
