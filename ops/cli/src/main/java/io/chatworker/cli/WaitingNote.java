package io.chatworker.cli;

import io.chatworker.contracts.Waiting;

/** Why nothing comes at the moment. */
final class WaitingNote {

    private WaitingNote() {}

    static String of(Waiting waiting) {
        String why = switch (waiting.reason()) {
            case OLLAMA_UNAVAILABLE -> "Ollama cannot be reached; the request is kept until it can";
            case OLLAMA_BUSY -> "Ollama is busy; the worker tries again";
            case RETRY -> "the try failed; the worker tries again";
            case DRAINING -> "the worker is going down; another one takes over";
        };
        return "waiting: " + why
                + (waiting.errorCode() == null ? "" : " (" + waiting.errorCode().wire() + ")");
    }
}
