package io.chatworker.worker.intake;

/** Why no requests are taken for a while. */
public enum PauseReason {
    /** Ollama cannot be reached, or fails request after request. */
    OLLAMA,
    /** The broker blocks publishers: its memory or disk alarm is on. */
    BROKER
}
