package io.chatworker.client;

import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.Failed;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ChatClient} could not do: {@link #what()} went wrong, and what to do {@link #next()}, a sentence each.
 * The message has both. Neither names a password or the text of a chat.
 */
public abstract sealed class ChatException extends RuntimeException {

    private final String what;
    private final String next;

    private ChatException(String what, String next, @Nullable Throwable cause) {
        super(what + " " + next, cause);
        this.what = what;
        this.next = next;
    }

    /** What went wrong. */
    public String what() {
        return what;
    }

    /** What to do about it. */
    public String next() {
        return next;
    }

    /** There is no connection, and none came back within {@link ChatClientBuilder#sendTimeout}. */
    public static final class NoBroker extends ChatException {
        NoBroker(String what, String next, @Nullable Throwable cause) {
            super(what, next, cause);
        }
    }

    /** The broker closed the channel: an exchange is missing, or the user may not do this. Nothing was sent. */
    public static final class BrokerRefused extends ChatException {
        private final int code;

        BrokerRefused(int code, String what, String next, Throwable cause) {
            super(what, next, cause);
            this.code = code;
        }

        /** The broker's, such as 403 and 404. */
        public int code() {
            return code;
        }
    }

    /** The broker returned the message: no queue is bound for it. Nothing was sent. */
    public static final class NobodyListens extends ChatException {
        NobodyListens(String what, String next) {
            super(what, next, null);
        }
    }

    /** The broker nacked the message, since a queue is full. Nothing was sent. */
    public static final class QueueFull extends ChatException {
        QueueFull(String what, String next) {
            super(what, next, null);
        }
    }

    /** The broker did not say within {@link ChatClientBuilder#sendTimeout} that it has the message; it may have it. */
    public static final class NotConfirmed extends ChatException {
        NotConfirmed(String what, String next, @Nullable Throwable cause) {
            super(what, next, cause);
        }
    }

    /** The answer did not end in time; the workers were told to stop it. */
    public static final class TimedOut extends ChatException {
        private final @Nullable ChatEvent lastSeen;

        TimedOut(String what, String next, @Nullable ChatEvent lastSeen) {
            super(what, next, null);
            this.lastSeen = lastSeen;
        }

        /** The last event of the request; empty where none came. */
        public Optional<ChatEvent> lastSeen() {
            return Optional.ofNullable(lastSeen);
        }
    }

    /** The request failed; the event says why. */
    public static final class AnswerFailed extends ChatException {
        private final Failed event;

        AnswerFailed(Failed event) {
            super(
                    "The request failed: " + event.error().code().wire() + ", "
                            + event.error().message() + ".",
                    event.retryable()
                            ? "Ask again later, under a new request id."
                            : "Correct what it says; the same request would fail again.",
                    null);
            this.event = event;
        }

        public Failed event() {
            return event;
        }
    }

    /** The request was cancelled; the event says by whom, and has what was said before. */
    public static final class AnswerCancelled extends ChatException {
        private final Cancelled event;

        AnswerCancelled(Cancelled event) {
            super(
                    "The request was cancelled: " + event.reason().wire() + ".",
                    "Ask again under a new request id if it was not meant to be.",
                    null);
            this.event = event;
        }

        public Cancelled event() {
            return event;
        }
    }

    /** The client or the answer was closed. */
    public static final class Closed extends ChatException {
        Closed(String what) {
            super(what, "Open a new one, or close it later.", null);
        }
    }

    /** The thread was interrupted; its flag is set again. The request goes on until it is cancelled or closed. */
    public static final class Interrupted extends ChatException {
        Interrupted(InterruptedException cause) {
            super("The thread was interrupted while it waited.", "Close the answer to stop it.", cause);
            Thread.currentThread().interrupt();
        }
    }
}
