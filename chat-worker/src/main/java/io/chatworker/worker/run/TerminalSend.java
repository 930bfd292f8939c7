package io.chatworker.worker.run;

import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.RequestEvents;

/** Publishes a chat's terminal event, in a size the broker takes. */
final class TerminalSend {

    private final RequestEvents events;
    private final TerminalEvents words;
    private final int maxBytes;

    TerminalSend(RequestEvents events, TerminalEvents words, int maxBytes) {
        this.events = events;
        this.words = words;
        this.maxBytes = maxBytes;
    }

    /**
     * Returns when the broker has confirmed the event. One that is too large goes without its history, and one that is
     * still too large as {@code answer_too_large}.
     *
     * @param deadLetter whether a failed request is to be kept
     */
    Outcome publish(TerminalEvent wanted, boolean deadLetter) throws PublishAbandoned {
        TerminalEvent event = wanted;
        byte[] body = events.encode(event);
        while (body.length > maxBytes && !isTooLarge(event)) {
            event = words.smaller(event, body.length, maxBytes);
            body = events.encode(event);
        }
        var _ = events.publishTerminal(event, body);
        return switch (event) {
            case Completed _ -> new Outcome.Completed();
            case Cancelled cancelled -> new Outcome.Cancelled(cancelled.reason());
            case Failed failed ->
                new Outcome.Failed(failed.error().code(), failed.error().message(), failed.attempt(), deadLetter);
        };
    }

    private static boolean isTooLarge(TerminalEvent event) {
        return event instanceof Failed failed && failed.error().code() == ErrorCode.ANSWER_TOO_LARGE;
    }
}
