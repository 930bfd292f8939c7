package io.chatworker.worker.run;

/** Why a chat was told to stop. */
public enum StopReason {
    CANCELLED,
    DEADLINE_EXCEEDED,
    REQUESTER_GONE,
    DURATION_EXCEEDED,
    /** Ollama stayed away; the request goes back to the queue. */
    HELD_TOO_LONG,
    /** The broker took the delivery back: another worker has it, or will. */
    DELIVERY_LOST,
    /** This worker ends. */
    SHUTDOWN;

    /** Whether the request is no longer this worker's to end. */
    boolean leavesRequest() {
        return this == DELIVERY_LOST || this == SHUTDOWN;
    }
}
