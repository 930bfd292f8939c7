package io.chatworker.worker.run;

import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.WhenUnavailable;
import io.chatworker.worker.publish.Address;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.tools.ToolRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that arrived, and how.
 *
 * @param request what could be read of it
 * @param sentAt when it was sent, where that is known
 * @param earlierDeliveries how often the broker delivered it before
 * @param lastDelivery whether it would not be run if it were delivered once more
 */
public record Chat(
        ChatRequest request, Address address, @Nullable Instant sentAt, int earlierDeliveries, boolean lastDelivery) {

    /** The same, as part of this trace. */
    public Chat in(TraceContext trace) {
        return new Chat(request, address.in(trace), sentAt, earlierDeliveries, lastDelivery);
    }

    /** Milliseconds since it was sent, where that is known. */
    @Nullable
    Long queuedMs(Instant now) {
        return sentAt == null ? null : Math.max(0, now.toEpochMilli() - sentAt.toEpochMilli());
    }

    /** Whether the requester would rather hear that Ollama is away than wait. */
    boolean failsFast() {
        return request.whenUnavailable() == WhenUnavailable.FAIL;
    }

    /** What of it concerns tools, where it is to be answered within this time from now. */
    ToolRequest toolRequest(Duration maxDuration) {
        Instant latest = Instant.now().plus(maxDuration);
        Instant deadline = request.deadline();
        return new ToolRequest(
                address.requestId(),
                address.conversationId(),
                ToolRequest.names(request.tools()),
                Objects.requireNonNullElse(request.toolRounds(), 0),
                deadline != null && deadline.isBefore(latest) ? deadline : latest,
                request.metadata(),
                address.trace().httpHeaders());
    }

    /** Whether the requester wants chunks. */
    boolean streams() {
        return !Boolean.FALSE.equals(request.stream());
    }
}
