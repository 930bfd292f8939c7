package io.chatworker.cli;

import io.chatworker.contracts.Waiting;

/** Why nothing comes at the moment. */
final class WaitingNote {

    private WaitingNote() {}

    /** {@code model}: what the request's {@code started} event names, or "the model" where that is not at hand. */
    static String of(Waiting waiting, String model) {
        return switch (waiting.reason()) {
            case OLLAMA_UNAVAILABLE -> waiting("Ollama cannot be reached; the request is kept until it can", waiting);
            case OLLAMA_BUSY -> waiting("Ollama is busy; the worker tries again", waiting);
            case RETRY -> waiting("the try failed; the worker tries again", waiting);
            case DRAINING -> waiting("the worker is going down; another one takes over", waiting);
            case LOADING_MODEL -> "loading " + model + " …";
        };
    }

    private static String waiting(String why, Waiting waiting) {
        return "waiting: " + why
                + (waiting.errorCode() == null ? "" : " (" + waiting.errorCode().wire() + ")");
    }
}
