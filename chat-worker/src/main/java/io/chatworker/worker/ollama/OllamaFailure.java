package io.chatworker.worker.ollama;

import io.chatworker.contracts.ErrorCode;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call to Ollama that gave no whole answer, sorted by what helps.
 *
 * <p>The message may quote Ollama, and Ollama may quote the conversation: it is for the requester, never for a log.
 */
public final class OllamaFailure extends Exception {

    /** What helps. */
    public enum Kind {
        /** Nothing: the same request will be refused again. */
        FOR_GOOD,
        /** Another try, soon. */
        TRANSIENT,
        /** Waiting until Ollama is there again. */
        UNREACHABLE
    }

    private final Kind kind;
    private final ErrorCode code;
    private final Map<String, Object> details;
    private final @Nullable Duration retryAfter;

    OllamaFailure(
            Kind kind, ErrorCode code, String message, Map<String, Object> details, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
        this.details = details;
        this.retryAfter = retryAfter;
    }

    static OllamaFailure forGood(ErrorCode code, String message, Map<String, Object> details) {
        return new OllamaFailure(Kind.FOR_GOOD, code, message, details, null);
    }

    static OllamaFailure passing(ErrorCode code, String message) {
        return new OllamaFailure(Kind.TRANSIENT, code, message, Map.of(), null);
    }

    static OllamaFailure unreachable(String message) {
        return new OllamaFailure(Kind.UNREACHABLE, ErrorCode.OLLAMA_UNAVAILABLE, message, Map.of(), null);
    }

    public Kind kind() {
        return kind;
    }

    public ErrorCode code() {
        return code;
    }

    /** For programs: {@code status}, {@code capability}, {@code prompt_tokens} … */
    public Map<String, Object> details() {
        return details;
    }

    /** How long Ollama, or a proxy before it, asked to wait. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
