package io.chatworker.worker.ollama;

/**
 * What asking for Ollama brought.
 *
 * @param detail Ollama's version, or what came instead and what to do about it; fit for logs and health
 */
public record Finding(State state, String detail) {

    /** Whether Ollama was found. */
    public enum State {
        /** Ollama answered with its version. */
        FOUND,
        /** Something else answered that there is no such path: it may well pass chats on. */
        BLIND,
        /** Nobody answered, or something else did. */
        NOT_FOUND
    }

    /** Nobody has asked yet. */
    public static final Finding NOT_ASKED = new Finding(State.NOT_FOUND, "not asked yet");

    static Finding found(String version) {
        return new Finding(State.FOUND, version);
    }

    static Finding notFound(String why) {
        return new Finding(State.NOT_FOUND, why);
    }

    public boolean isFound() {
        return state == State.FOUND;
    }

    public boolean isBlind() {
        return state == State.BLIND;
    }
}
