package io.chatworker.worker.publish;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A message on its way to the broker, kept until the broker has confirmed it. Its stripe guards its state. */
final class Outgoing {

    final Message message;
    final @Nullable CompletableFuture<Confirmation> confirmation;
    final @Nullable Runnable onReturned;
    /** Who waits to write it, once it had to wait. */
    @Nullable
    Thread publisher;
    /** Whether the room that it waited for is kept for it. */
    boolean isPromised;

    boolean returned;
    boolean settled;
    /** Whether its channel nacked it, and the next is to try. */
    boolean kept;
    /** {@link System#nanoTime()} when it was last written. */
    long writtenAt;
    /** How often it had no answer for too long. */
    int overdue;
    /** How often the broker nacked it. */
    int nacks;
    /** How often the broker closed a channel or its connection while this was alone on its way. */
    int strikes;

    /**
     * {@code confirmation} gets what the broker says of it; {@code onReturned} runs on a thread of its own as soon as
     * the broker returns it.
     */
    Outgoing(Message message, @Nullable CompletableFuture<Confirmation> confirmation, @Nullable Runnable onReturned) {
        this.message = message;
        this.confirmation = confirmation;
        this.onReturned = onReturned;
    }

    /** One whose confirmation nobody waits for. */
    Outgoing(Message message) {
        this(message, null, null);
    }

    int size() {
        return message.body.length;
    }

    /** Whether its channel has brought the broker's word on it. */
    boolean isAnswered() {
        return settled || kept;
    }

    /** Whoever waits for its confirmation has it now. */
    void settle(Confirmation word) {
        settled = true;
        if (confirmation != null) {
            confirmation.complete(word);
        }
    }
}
