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
        /** Nothing: the same request will fail again. */
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
    private final String reason;
    private final boolean asked;

    OllamaFailure(
            Kind kind, ErrorCode code, String message, Map<String, Object> details, @Nullable Duration retryAfter) {
        this(kind, code, message, details, retryAfter, "a request failed at Ollama", true);
    }

    private OllamaFailure(
            Kind kind,
            ErrorCode code,
            String message,
            Map<String, Object> details,
            @Nullable Duration retryAfter,
            String reason,
            boolean asked) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
        this.details = details;
        this.retryAfter = retryAfter;
        this.reason = reason;
        this.asked = asked;
    }

    static OllamaFailure forGood(ErrorCode code, String message, Map<String, Object> details) {
        return new OllamaFailure(Kind.FOR_GOOD, code, message, details, null);
    }

    static OllamaFailure passing(ErrorCode code, String message) {
        return new OllamaFailure(Kind.TRANSIENT, code, message, Map.of(), null);
    }

    /**
     * {@code reason}: why, in none of Ollama's words; {@code asked}: whether the request got as far as Ollama, or a
     * proxy before it.
     */
    static OllamaFailure unreachable(String message, String reason, boolean asked) {
        return new OllamaFailure(
                Kind.UNREACHABLE, ErrorCode.OLLAMA_UNAVAILABLE, message, Map.of(), null, reason, asked);
    }

    /** Where Ollama said nothing that could be quoted. */
    static OllamaFailure unreachable(String message, boolean asked) {
        return unreachable(message, message, asked);
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

    /** Tokens of the prompt that was too long, where Ollama gave the number. */
    public @Nullable Integer promptTokens() {
        return details.get("prompt_tokens") instanceof Integer tokens ? tokens : null;
    }

    /** Tokens that would have fitted, where Ollama gave the number. */
    public @Nullable Integer contextLength() {
        return details.get("context_length") instanceof Integer tokens ? tokens : null;
    }

    /** How long Ollama, or a proxy before it, asked to wait. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Why Ollama is of no use, in the worker's own words: fit for logs and health. */
    public String reason() {
        return reason;
    }

    /** Whether the request itself may have brought this about: it got as far as Ollama. */
    public boolean asked() {
        return asked;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
