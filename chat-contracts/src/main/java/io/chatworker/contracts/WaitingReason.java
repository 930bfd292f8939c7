package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why a request waits. */
public enum WaitingReason {
    OLLAMA_UNAVAILABLE("ollama_unavailable"),
    OLLAMA_BUSY("ollama_busy"),
    RETRY("retry"),
    DRAINING("draining"),
    /** Ollama loads the model; follows {@code started}. */
    LOADING_MODEL("loading_model"),
    /** The rounds that no longer fit are being summarized. */
    SUMMARIZING("summarizing");

    private final String wire;

    WaitingReason(String wire) {
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
    public static WaitingReason of(String wire) {
        for (WaitingReason value : values()) {
            if (value.wire.equals(wire)) {
                return value;
            }
        }
        throw new IllegalArgumentException("not a reason to wait: " + wire);
    }
}
