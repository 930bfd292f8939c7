package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What to do while Ollama cannot be reached. */
public enum WhenUnavailable {
    WAIT("wait"),
    FAIL("fail");

    private final String wire;

    WhenUnavailable(String wire) {
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
    public static WhenUnavailable of(String wire) {
        for (WhenUnavailable value : values()) {
            if (value.wire.equals(wire)) {
                return value;
            }
        }
        throw new IllegalArgumentException("not a way to treat an unavailable Ollama: " + wire);
    }
}
