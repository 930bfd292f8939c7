package io.chatworker.worker.decode;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A {@code chat.cancel} as it was sent; what it names of both is cancelled. */
public record CancelCommand(
        @Nullable String requestId,
        @Nullable String conversationId,
        @Nullable Instant sentAt) {}
