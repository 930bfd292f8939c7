package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What to do when the conversation is longer than the model's context. */
public enum Overflow {
    /** The oldest rounds go. */
    DROP_OLDEST("drop_oldest"),
    /** A summary of the oldest rounds, written by the same model, takes their place. */
    SUMMARIZE("summarize"),
    /** The request fails. */
    ERROR("error");

    private final String wire;

    Overflow(String wire) {
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
    public static Overflow of(String wire) {
        for (Overflow value : values()) {
            if (value.wire.equals(wire)) {
                return value;
            }
        }
        throw new IllegalArgumentException("not a way to treat an overflow: " + wire);
    }
}
