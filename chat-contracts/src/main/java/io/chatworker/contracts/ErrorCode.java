package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Set;

/** Why a request failed. Those for good stay so however often they are tried; the transient ones may pass. */
public enum ErrorCode {
    INVALID_REQUEST("invalid_request", false),
    MESSAGE_TOO_LONG("message_too_long", false),
    REQUEST_TOO_LARGE("request_too_large", false),
    ANSWER_TOO_LARGE("answer_too_large", false),
    AGENT_NOT_FOUND("agent_not_found", false),
    MODEL_NOT_ALLOWED("model_not_allowed", false),
    MODEL_NOT_FOUND("model_not_found", false),
    REPLY_TO_NOT_ALLOWED("reply_to_not_allowed", false),
    UNSUPPORTED_BY_MODEL("unsupported_by_model", false),
    CONTEXT_LENGTH_EXCEEDED("context_length_exceeded", false),
    OLLAMA_REJECTED("ollama_rejected", false),
    DURATION_EXCEEDED("duration_exceeded", false),
    CRASH_LOOP("crash_loop", false),
    INTERNAL_ERROR("internal_error", false),
    OLLAMA_BUSY("ollama_busy", true),
    OLLAMA_ERROR("ollama_error", true),
    STREAM_ERROR("stream_error", true),
    STREAM_TRUNCATED("stream_truncated", true),
    STREAM_STALLED("stream_stalled", true),
    OLLAMA_UNAVAILABLE("ollama_unavailable", true);

    private static final Set<ErrorCode> SENDERS_MISTAKES = EnumSet.of(
            INVALID_REQUEST,
            MESSAGE_TOO_LONG,
            REQUEST_TOO_LARGE,
            AGENT_NOT_FOUND,
            MODEL_NOT_ALLOWED,
            REPLY_TO_NOT_ALLOWED,
            UNSUPPORTED_BY_MODEL,
            CONTEXT_LENGTH_EXCEEDED);

    private final String wire;
    private final boolean retryable;

    ErrorCode(String wire, boolean retryable) {
        this.wire = wire;
        this.retryable = retryable;
    }

    /** The name in messages. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** Whether the same request, under a new id, may succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** Whether the request was wrong as it was sent. Such are kept apart from those that an operator can do something for. */
    public boolean isSendersMistake() {
        return SENDERS_MISTAKES.contains(this);
    }

    /**
     * The constant of that name.
     *
     * @throws IllegalArgumentException for a name that is none of these
     */
    @JsonCreator
    public static ErrorCode of(String wire) {
        for (ErrorCode code : values()) {
            if (code.wire.equals(wire)) {
                return code;
            }
        }
        throw new IllegalArgumentException("not an error code: " + wire);
    }
}
