package io.chatworker.worker.tools;

import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ToolCall;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Whose calls they are.
 *
 * @param attempt the number of the try that they belong to
 * @param run its random id
 */
record Caller(ToolRequest request, int attempt, String run, IdempotencyKeys keys) {

    /** How long a service has for a call from now on. */
    Duration timeLeft(Duration timeout) {
        Duration left = Duration.between(Instant.now(), request.deadline());
        return left.compareTo(timeout) < 0 ? left : timeout;
    }

    /** The call as its service gets it. It counts as made. */
    ToolCall call(String callId, AskedCall asked, Instant deadline) {
        return new ToolCall(
                Contract.VERSION,
                callId,
                keys.next(asked),
                request.requestId(),
                request.conversationId(),
                attempt,
                run,
                asked.name(),
                asked.arguments(),
                deadline.truncatedTo(ChronoUnit.MILLIS),
                request.metadata());
    }
}
