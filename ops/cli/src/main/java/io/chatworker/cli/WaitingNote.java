package io.chatworker.cli;

import io.chatworker.contracts.Waiting;

/** Says why nothing arrives at the moment. */
final class WaitingNote {

    private WaitingNote() {}

    /** @param model the model that the {@code started} event of the request names, or "the model" if it is unknown */
    static String of(Waiting waiting, String model) {
        return switch (waiting.reason()) {
            case OLLAMA_UNAVAILABLE ->
                waiting("Ollama cannot be reached; the worker holds the request until it is back", waiting);
            case OLLAMA_BUSY -> waiting("Ollama is busy; the worker tries again", waiting);
            case RETRY -> waiting("the try failed; the worker tries again", waiting);
            case DRAINING -> waiting("the worker is shutting down; another one takes over", waiting);
            case LOADING_MODEL -> "loading " + model + " …";
            case SUMMARIZING -> "summarizing what no longer fits …";
        };
    }

    private static String waiting(String why, Waiting waiting) {
        return "waiting: " + why
                + (waiting.errorCode() == null ? "" : " (" + waiting.errorCode().wire() + ")");
    }
}
