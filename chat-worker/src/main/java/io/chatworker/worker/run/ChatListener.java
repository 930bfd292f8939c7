package io.chatworker.worker.run;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.tools.ToolOutcome;
import java.time.Duration;

/**
 * Observes one chat. It must be fast and must not throw; no chat depends on it. Called on the chat's own thread, in this
 * order: {@link #received}, {@link #read}, any of the middle ones, {@link #ended}. What it does not care about it leaves
 * out.
 */
public interface ChatListener {

    /** A delivery came; {@code redelivered} where a worker had it before. */
    default void received(boolean redelivered) {}

    /**
     * The request was read, be it a good one or not.
     *
     * @param trace the trace it is part of so far
     * @return the trace context that its events carry
     */
    default TraceContext read(Chat chat, TraceContext trace) {
        return trace;
    }

    /** From here on the chat waits; a second time where it waits for something else. */
    default void waiting(WaitingReason reason) {}

    /** The chat waits no more, but to be answered. */
    default void waited() {}

    /**
     * A call to Ollama begins.
     *
     * @param trace the trace context of the chat's events
     * @return the one that Ollama gets
     */
    default TraceContext calling(CallStart call, TraceContext trace) {
        return trace;
    }

    /** The call brought its first token, so long after its attempt began. */
    default void firstToken(Duration sinceStart) {}

    /** The call is over. */
    default void called(CallEnd end) {}

    /** A call failed transiently and will be tried again. */
    default void retrying(ErrorCode code) {}

    /** A tool call of the model is over. */
    default void toolCalled(String name, ToolOutcome outcome, Duration took) {}

    /** Summarizing so many turns is over: they were summarized, or they are dropped. */
    default void summarized(int turns, boolean succeeded, Duration took) {}

    /** The answer is complete, and about to be published. */
    default void answered(Completed event) {}

    /** The broker has confirmed the terminal event, so long after it was first sent. */
    default void confirmed(Duration sinceSent) {}

    /** The delivery is settled. */
    default void ended(Outcome outcome, Duration sinceDelivery) {}
}
