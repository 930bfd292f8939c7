package io.chatworker.worker.tools;

import io.chatworker.contracts.ExecutedToolCall;
import io.chatworker.contracts.ToolCall;
import java.time.Duration;

/**
 * Hears of the calls of a round as things happen, on the thread that has them carried out.
 *
 * @param <X> what it may throw; the round is over then
 */
public interface RoundEvents<X extends Exception> {

    /** The call is on its way. */
    void published(ToolCall call) throws X;

    /** The call has ended; one that was not published, too. */
    void ended(ExecutedToolCall call, ToolOutcome outcome) throws X;

    /** The call is waited for no more, since the chat was stopped. */
    void stopped(String name, Duration took);
}
