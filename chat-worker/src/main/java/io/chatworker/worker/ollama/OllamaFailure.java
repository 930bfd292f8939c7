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
        /** Nothing that the worker could wait for: the request ends. */
        FOR_GOOD,
        /** Another try, soon. */
        TRANSIENT,
        /** Waiting until Ollama is there again. */
        UNREACHABLE
    }

    /** What the failure says about Ollama. */
    enum Ollama {
        /** It spoke itself. */
        ANSWERED,
        /** It did not speak, but was found right after. */
        FOUND,
        /** Nothing. */
        UNKNOWN
    }

    private record Facts(
            Kind kind,
            ErrorCode code,
            String message,
            Map<String, Object> details,
            @Nullable Duration retryAfter,
            String reason,
            Ollama ollama) {}

    private final Facts facts;

    private OllamaFailure(Facts facts) {
        super(facts.message, null, false, false);
        this.facts = facts;
    }

    static OllamaFailure forGood(ErrorCode code, String message, Map<String, Object> details) {
        return new OllamaFailure(
                new Facts(Kind.FOR_GOOD, code, message, details, null, "a request failed at Ollama", Ollama.UNKNOWN));
    }

    /** The message becomes the reason: it quotes nobody, or {@link #because} follows. */
    static OllamaFailure mayPass(ErrorCode code, String message) {
        return mayPass(code, message, Map.of(), null);
    }

    static OllamaFailure mayPass(
            ErrorCode code, String message, Map<String, Object> details, @Nullable Duration retryAfter) {
        return new OllamaFailure(
                new Facts(Kind.TRANSIENT, code, message, details, retryAfter, message, Ollama.UNKNOWN));
    }

    /** The message becomes the reason: it quotes nobody, or {@link #because} follows. */
    static OllamaFailure unreachable(String message) {
        return new OllamaFailure(new Facts(
                Kind.UNREACHABLE, ErrorCode.OLLAMA_UNAVAILABLE, message, Map.of(), null, message, Ollama.UNKNOWN));
    }

    /** The same with its reason in none of Ollama's words. */
    OllamaFailure because(String reason) {
        return new OllamaFailure(new Facts(
                facts.kind, facts.code, facts.message, facts.details, facts.retryAfter, reason, facts.ollama));
    }

    /** The same with what it says about Ollama. */
    OllamaFailure when(Ollama ollama) {
        return new OllamaFailure(new Facts(
                facts.kind, facts.code, facts.message, facts.details, facts.retryAfter, facts.reason, ollama));
    }

    public Kind kind() {
        return facts.kind;
    }

    public ErrorCode code() {
        return facts.code;
    }

    /** For programs: {@code status}, {@code capability}, {@code prompt_tokens} … */
    public Map<String, Object> details() {
        return facts.details;
    }

    /** Tokens of the prompt that was too long, where Ollama gave the number. */
    public @Nullable Integer promptTokens() {
        return facts.details.get("prompt_tokens") instanceof Integer tokens ? tokens : null;
    }

    /** Tokens that would have fitted, where Ollama gave the number. */
    public @Nullable Integer contextLength() {
        return facts.details.get("context_length") instanceof Integer tokens ? tokens : null;
    }

    /** How long Ollama, or a proxy before it, asked to wait. */
    public @Nullable Duration retryAfter() {
        return facts.retryAfter;
    }

    /** What happened, in the worker's own words: fit for logs and health. */
    String reason() {
        return facts.reason;
    }

    /** Whether Ollama answered the request itself. */
    boolean isOllamas() {
        return facts.ollama == Ollama.ANSWERED;
    }

    /** Whether the request itself may have brought this about, since Ollama was there. */
    public boolean mayBeItsOwnFault() {
        return facts.kind != Kind.UNREACHABLE || facts.ollama != Ollama.UNKNOWN;
    }

    /** Whether several of these in a row close the gate: those that may pass, and closed doors. */
    boolean countsForBreaker() {
        return facts.kind == Kind.TRANSIENT
                || facts.code == ErrorCode.OLLAMA_BUSY
                || (facts.details.get("status") instanceof Integer status && ErrorAnswer.isClosedDoor(status));
    }

    @Override
    public String getMessage() {
        return facts.message;
    }
}
