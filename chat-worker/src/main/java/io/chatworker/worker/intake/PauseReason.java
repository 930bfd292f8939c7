package io.chatworker.worker.intake;

/** Why no requests are taken for a while. */
public enum PauseReason {
    OLLAMA("Ollama can not be reached"),
    BROKER("the broker blocks publishers");

    private final String told;

    PauseReason(String told) {
        this.told = told;
    }

    String told() {
        return told;
    }
}
