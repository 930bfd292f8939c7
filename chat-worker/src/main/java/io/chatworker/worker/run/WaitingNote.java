package io.chatworker.worker.run;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Waiting;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.RequestEvents;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a chat waits for at present; the requester hears of each reason once. For the chat's own thread. */
final class WaitingNote {

    private final Chat chat;
    private final RequestEvents events;
    private final Tries tries;
    private final ChatListener listener;
    private final Set<WaitingReason> published = EnumSet.noneOf(WaitingReason.class);
    private @Nullable WaitingReason current;

    WaitingNote(Chat chat, RequestEvents events, Tries tries, ChatListener listener) {
        this.chat = chat;
        this.events = events;
        this.tries = tries;
        this.listener = listener;
    }

    /** From here on the chat waits for this. */
    void begin(WaitingReason reason, @Nullable ErrorCode code) throws PublishAbandoned {
        current = reason;
        listener.waiting(reason);
        publish(reason, code);
    }

    /** Ollama loads the model. The chat does not wait for anything by that. */
    void modelLoads() throws PublishAbandoned {
        publish(WaitingReason.LOADING_MODEL, null);
    }

    private void publish(WaitingReason reason, @Nullable ErrorCode code) throws PublishAbandoned {
        if (chat.streams() && published.add(reason)) {
            AttemptId id = tries.latestId();
            events.publish(new Waiting(
                    chat.address().requestId(), chat.address().conversationId(), id.number(), id.run(), reason, code));
        }
    }

    /** From here on the chat waits for nothing. */
    void end() {
        if (current != null) {
            current = null;
            listener.waited();
        }
    }

    /** What the chat waits for, or null. */
    @Nullable
    WaitingReason current() {
        return current;
    }
}
