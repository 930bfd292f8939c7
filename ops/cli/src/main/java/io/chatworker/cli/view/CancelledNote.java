package io.chatworker.cli.view;

import io.chatworker.contracts.Cancelled;

/** Says why a request was stopped, and what to do about it. */
final class CancelledNote {

    private CancelledNote() {}

    static String of(Cancelled cancelled) {
        String cause = cancelled.cause() == null ? "" : " " + meanwhile(cancelled.cause());
        return switch (cancelled.reason()) {
            case CANCELLED -> "cancelled" + cause + ".";
            case DEADLINE_EXCEEDED -> "cancelled: its deadline passed" + cause + ". Ask again with more time.";
            case REQUESTER_GONE -> "cancelled: its reply queue is gone" + cause + ".";
        };
    }

    /** What the worker was waiting for, by the reason of its last {@code waiting}. */
    private static String meanwhile(String cause) {
        return switch (cause) {
            case "ollama_unavailable" -> "while Ollama was away";
            case "ollama_busy" -> "while Ollama was busy";
            case "retry" -> "before the next try";
            case "draining" -> "while the worker shut down";
            case "summarizing" -> "while the history was summarized";
            default -> "while waiting (" + cause + ")";
        };
    }
}
