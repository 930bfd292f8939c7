package io.chatworker.worker.run;

import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.worker.publish.Confirmation;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.RequestEvents;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes a chat's terminal event, in a size the broker takes. */
final class TerminalSend {

    private static final Logger log = LoggerFactory.getLogger(TerminalSend.class);

    private final RequestEvents events;
    private final TerminalEvents words;
    private final IntSupplier maxBytes;
    private final ChatListener listener;

    TerminalSend(RequestEvents events, TerminalEvents words, IntSupplier maxBytes, ChatListener listener) {
        this.events = events;
        this.words = words;
        this.maxBytes = maxBytes;
        this.listener = listener;
    }

    /**
     * Returns when the broker has confirmed the event. One that is too large, for the worker or for the broker, goes
     * without its history, and one that is still too large as {@code answer_too_large}.
     *
     * @param deadLetter whether a failed request is to be kept
     */
    Outcome publish(TerminalEvent wanted, boolean deadLetter) throws PublishAbandoned {
        TerminalEvent event = wanted;
        byte[] body = events.encode(event);
        long sentAt = System.nanoTime();
        while (!isTaken(event, body)) {
            event = words.smaller(event, body.length, maxBytes.getAsInt());
            body = events.encode(event);
        }
        listener.confirmed(Duration.ofNanos(System.nanoTime() - sentAt));
        return switch (event) {
            case Completed _ -> new Outcome.Completed();
            case Cancelled cancelled -> new Outcome.Cancelled(cancelled.reason());
            case Failed failed ->
                new Outcome.Failed(failed.error().code(), failed.error().message(), failed.attempt(), deadLetter);
        };
    }

    /** Whether this is over: the event is taken, or there is none smaller. */
    private boolean isTaken(TerminalEvent event, byte[] body) throws PublishAbandoned {
        boolean smallest = isTooLarge(event);
        if (body.length > maxBytes.getAsInt() && !smallest) {
            return false;
        }
        boolean taken = events.publishTerminal(event, body) != Confirmation.TOO_LARGE;
        if (!taken && smallest) {
            log.error("request {}: the broker takes no event of {} bytes", event.requestId(), body.length);
        }
        return taken || smallest;
    }

    private static boolean isTooLarge(TerminalEvent event) {
        return event instanceof Failed failed && failed.error().code() == ErrorCode.ANSWER_TOO_LARGE;
    }
}
