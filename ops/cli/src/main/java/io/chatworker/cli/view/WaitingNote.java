package io.chatworker.cli.view;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Waiting;
import io.chatworker.contracts.WaitingReason;
import org.jspecify.annotations.Nullable;

/** Says why nothing arrives at the moment. */
final class WaitingNote {

    private WaitingNote() {}

    /** @param model the model that the {@code started} event of the request names, or "the model" if it is unknown */
    static String of(Waiting waiting, String model) {
        return "waiting: " + reason(waiting, model);
    }

    static String reason(Waiting waiting, String model) {
        // Ollama away or busy is its own reason; a try may have failed for several.
        @Nullable ErrorCode why = waiting.reason() == WaitingReason.RETRY ? waiting.errorCode() : null;
        String code = why == null ? "" : " (" + why.wire() + ")";
        return switch (waiting.reason()) {
                    case OLLAMA_UNAVAILABLE -> "Ollama is away; the request is held until it is back";
                    case OLLAMA_BUSY -> "Ollama is busy; the worker tries again";
                    case RETRY -> "the try failed; the worker tries again";
                    case DRAINING -> "the worker is shutting down; another one takes over";
                    case LOADING_MODEL -> "Ollama is loading " + model;
                    case SUMMARIZING -> "the worker summarizes what no longer fits";
                }
                + code;
    }
}
