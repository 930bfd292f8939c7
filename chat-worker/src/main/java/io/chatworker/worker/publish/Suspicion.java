package io.chatworker.worker.publish;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds the message over which the broker closes a channel or the connection. It would do so for ever with the same one,
 * which would keep all behind it from the broker, and it does not say which it is. So on the next channel each message
 * goes alone, and the one that is alone when the broker closes again is guilty: at once where only the channel was closed,
 * the second time where it was the connection, since others publish on that too. Not thread-safe.
 */
final class Suspicion {

    private static final int STRIKES_OF_A_CONNECTION = 2;
    private static final int STRIKES_OF_A_CHANNEL = 1;

    /** How long a message is alone before the next follows: its queue may have no word to give now. */
    private static final long ALONE = Duration.ofSeconds(2).toNanos();

    /** After so long on one channel the rest goes together all the same. */
    private static final long ALL_ALONE = Duration.ofSeconds(30).toNanos();

    private boolean exists;
    private @Nullable Outgoing alone;
    private long aloneUntil;
    private long allUntil;

    /** Times are {@link System#nanoTime()}'s. */
    void beginsAnew(long now) {
        alone = null;
        allUntil = now + ALL_ALONE;
    }

    /** This message is sent next. */
    void goes(Outgoing message, long now) {
        alone = exists ? message : null;
        aloneUntil = Math.min(now + ALONE, allUntil);
    }

    /** How long the next message has to wait for the broker's word on this one; 0 for not at all. */
    long nanosAlone(Outgoing message, long now) {
        return alone == message && !message.isAnswered() ? Math.max(0, aloneUntil - now) : 0;
    }

    /** All was sent, and nothing happened. */
    void ends() {
        exists = false;
        alone = null;
    }

    /**
     * The broker closed over a message; the one that is found guilty, if any.
     *
     * @param withConnection it closed the connection, not only the channel
     */
    @Nullable
    Outgoing strikes(boolean withConnection) {
        exists = true;
        Outgoing suspect = alone;
        alone = null;
        if (suspect == null || suspect.isAnswered()) {
            return null;
        }
        suspect.strikes++;
        return suspect.strikes < (withConnection ? STRIKES_OF_A_CONNECTION : STRIKES_OF_A_CHANNEL) ? null : suspect;
    }
}
