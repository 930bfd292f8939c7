package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why a request ended without an answer, though nothing failed. */
public enum CancelReason {
    CANCELLED("cancelled"),
    DEADLINE_EXCEEDED("deadline_exceeded"),
    REQUESTER_GONE("requester_gone");

    private final String wire;

    CancelReason(String wire) {
        this.wire = wire;
    }

    /** The name in messages. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /**
     * The constant of that name.
     *
     * @throws IllegalArgumentException for a name that is none of these
     */
    @JsonCreator
    public static CancelReason of(String wire) {
        for (CancelReason value : values()) {
            if (value.wire.equals(wire)) {
                return value;
            }
        }
        throw new IllegalArgumentException("not a reason to cancel: " + wire);
    }
}
