package io.chatworker.worker.run;

import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.RequestEvents;

/** Ends a chat: brings its terminal event to the broker, and says what that came to. */
final class Conclusion {

    private final RequestEvents events;
    private final Ending ending;
    private final ChatDesk desk;

    Conclusion(RequestEvents events, Ending ending, ChatDesk desk) {
        this.events = events;
        this.ending = ending;
        this.desk = desk;
    }

    /**
     * Returns when the broker has confirmed the event. One that is too large goes without its history, and one that is
     * still too large as {@code answer_too_large}.
     *
     * @param deadLetter whether a failed request is to be kept
     */
    Outcome end(TerminalEvent wanted, boolean deadLetter) throws PublishAbandoned {
        int most = desk.publishing().maxEventBytes();
        TerminalEvent event = wanted;
        byte[] body = events.encode(event);
        while (body.length > most && !isTooLarge(event)) {
            event = ending.smaller(event, body.length, most);
            body = events.encode(event);
        }
        desk.gate().ended(event instanceof Failed failed && failed.retryable());
        var _ = events.publishTerminal(event, body);
        return switch (event) {
            case Completed _ -> new Outcome.Answered();
            case Cancelled cancelled -> new Outcome.Cancelled(cancelled.reason());
            case Failed failed ->
                new Outcome.Failed(failed.error().code(), failed.error().message(), failed.attempt(), deadLetter);
        };
    }

    private static boolean isTooLarge(TerminalEvent event) {
        return event instanceof Failed failed && failed.error().code() == ErrorCode.ANSWER_TOO_LARGE;
    }
}
