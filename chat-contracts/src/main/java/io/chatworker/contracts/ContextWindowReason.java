package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What decided the context window of an answer. */
public enum ContextWindowReason {
    REQUEST("request"),
    DEFAULT("default"),
    LIMIT("limit"),
    MODEL("model");

    private final String wire;

    ContextWindowReason(String wire) {
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
    public static ContextWindowReason of(String wire) {
        for (ContextWindowReason value : values()) {
            if (value.wire.equals(wire)) {
                return value;
            }
        }
        throw new IllegalArgumentException("not a reason for a context window: " + wire);
    }
}
