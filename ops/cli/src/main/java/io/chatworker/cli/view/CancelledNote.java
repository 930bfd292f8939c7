package io.chatworker.cli.view;

import io.chatworker.contracts.Cancelled;

/** Says why a request was stopped, and what to do about it. */
final class CancelledNote {

    private CancelledNote() {}

    static String of(Cancelled cancelled) {
        String cause = cancelled.cause() == null ? "" : " while waiting for " + cancelled.cause();
        return switch (cancelled.reason()) {
            case CANCELLED -> "cancelled" + cause + ".";
            case DEADLINE_EXCEEDED -> "cancelled: its deadline passed" + cause + ". Ask again with more time.";
            case REQUESTER_GONE -> "cancelled: its reply queue is gone" + cause + ".";
        };
    }
}
