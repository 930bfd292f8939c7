package io.chatworker.worker.intake;

/** Why no requests are taken for a while. */
public enum PauseReason {
    /** It can not be reached. */
    OLLAMA,
    /** It blocks publishers. */
    BROKER
}
