package io.chatworker.worker.run;

import io.chatworker.contracts.CancelReason;

/** Why a chat was stopped. */
public enum StopReason {
    CANCELLED,
    DEADLINE_EXCEEDED,
    REQUESTER_GONE,
    DURATION_EXCEEDED,
    /** The broker took the delivery back: another worker has the request, or will have. */
    DELIVERY_LOST,
    /** This worker ends. */
    SHUTDOWN;

    /** Whether the request is no longer this worker's to end. */
    boolean leavesRequest() {
        return this == DELIVERY_LOST || this == SHUTDOWN;
    }

    /** The reason that {@code cancelled} gives, for those stops that end a request so. */
    CancelReason inEvents() {
        return switch (this) {
            case CANCELLED -> CancelReason.CANCELLED;
            case DEADLINE_EXCEEDED -> CancelReason.DEADLINE_EXCEEDED;
            case REQUESTER_GONE -> CancelReason.REQUESTER_GONE;
            case DURATION_EXCEEDED, DELIVERY_LOST, SHUTDOWN ->
                throw new IllegalStateException(this + " cancels no request");
        };
    }
}
