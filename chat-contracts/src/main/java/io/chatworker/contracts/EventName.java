package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The events; the name is the last word of the routing key, {@code chat.<name>} the AMQP type. */
public enum EventName {
    STARTED("started"),
    WAITING("waiting"),
    CHUNK("chunk"),
    TOOL_CALL("tool_call"),
    TOOL_RESULT("tool_result"),
    COMPLETED("completed"),
    FAILED("failed"),
    CANCELLED("cancelled");

    private final String wire;

    EventName(String wire) {
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
    public static EventName of(String wire) {
        for (EventName value : values()) {
            if (value.wire.equals(wire)) {
                return value;
            }
        }
        throw new IllegalArgumentException("not an event: " + wire);
    }
}
