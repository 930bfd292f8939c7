package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ToolCall;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends calls to the services that offer tools, on a stripe of their own: no event waits for a call that the broker does
 * not take or permit. Safe for any thread.
 */
public final class CallSend {

    private final EventPublisher publisher;
    private final Topology topology;
    private final JsonMapper mapper;
    private final ScheduledExecutorService timer;
    private final Duration patience;

    /** {@code patience}: how long a call waits while the broker takes none. */
    public CallSend(
            EventPublisher publisher,
            Topology topology,
            JsonMapper mapper,
            ScheduledExecutorService timer,
            Duration patience) {
        this.publisher = publisher;
        this.topology = topology;
        this.mapper = mapper;
        this.timer = timer;
        this.patience = patience;
    }

    /**
     * Sends the call, waiting with patience while the broker takes none.
     *
     * @param over ends the wait sooner, as the request's deadline does: ended by a clock of its own, the model would be
     *     asked once more
     * @return what the broker says of it: that nobody offers the tool as soon as it says so
     * @throws PublishAbandoned where the wait ended before it was sent
     * @throws IllegalArgumentException where the call cannot be written
     */
    public CompletableFuture<Confirmation> send(
            ToolCall call, String replyTo, Map<String, String> traceHeaders, StopSignal over) throws PublishAbandoned {
        StopSignal late = new StopSignal();
        Future<?> given = timer.schedule(late::stop, patience.toMillis(), TimeUnit.MILLISECONDS);
        try (StopSignal.Registration _ = over.onStop(late::stop)) {
            CompletableFuture<Confirmation> word = new CompletableFuture<>();
            Message message = new Message(
                    topology.tools(),
                    call.name(),
                    true,
                    properties(call, replyTo, traceHeaders),
                    mapper.writeValueAsBytes(call));
            new ConfirmedSend(publisher.callStripe(), publisher.connection()::hurry, late)
                    .sendNow(new Outgoing(message, word, () -> word.complete(Confirmation.UNROUTABLE)));
            return word;
        } finally {
            given.cancel(false);
        }
    }

    private static BasicProperties properties(ToolCall call, String replyTo, Map<String, String> traceHeaders) {
        long left = Math.max(1, Duration.between(Instant.now(), call.deadline()).toMillis());
        return new BasicProperties.Builder()
                .contentType("application/json")
                .type(Contract.TYPE_TOOL_CALL)
                .messageId(call.callId())
                .correlationId(call.callId())
                .replyTo(replyTo)
                .expiration(String.valueOf(left))
                .appId(Contract.APP_ID)
                .timestamp(new Date(System.currentTimeMillis()))
                .deliveryMode(1)
                .headers(traceHeaders.isEmpty() ? null : Map.copyOf(traceHeaders))
                .build();
    }
}
