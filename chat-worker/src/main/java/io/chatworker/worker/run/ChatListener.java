package io.chatworker.worker.run;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Observes chats. It must be fast and must not throw; no chat depends on it. Called on the chats' own threads, for each
 * chat in this order: received, then any of the middle ones, then ended.
 */
public interface ChatListener {

    void received();

    /** An attempt begins; {@code queuedMs} since the request was sent, where that is known. */
    void started(@Nullable Long queuedMs);

    void firstToken(Duration sinceStart);

    /** A call failed transiently and will be tried again. */
    void retrying(ErrorCode code);

    void answered(Completed event);

    void ended(Outcome outcome, Duration sinceDelivery);
}
