package io.chatworker.worker.run;

import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.ErrorCode;

/** How a chat ended. */
public sealed interface Outcome {

    /** Its {@code completed} event is confirmed. */
    record Completed() implements Outcome {}

    /**
     * Its {@code failed} event is confirmed.
     *
     * @param attempt the last one
     * @param deadLetter whether the request is to be kept in the dead letters
     */
    record Failed(ErrorCode code, String message, int attempt, boolean deadLetter) implements Outcome {}

    /** Its {@code cancelled} event is confirmed. */
    record Cancelled(CancelReason reason) implements Outcome {}

    /** It has no terminal event and goes back to the queue. */
    record Requeued() implements Outcome {}

    /** It has no terminal event from here, and is no longer this worker's. */
    record Lost() implements Outcome {}
}
