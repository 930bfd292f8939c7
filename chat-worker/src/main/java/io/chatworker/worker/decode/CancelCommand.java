package io.chatworker.worker.decode;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A {@code chat.cancel}: the request it names is cancelled, and all of the conversation it names.
 *
 * @param sentAt requests of the conversation sent later are not meant
 */
public record CancelCommand(
        @Nullable String requestId, @Nullable String conversationId, Instant sentAt) {}
