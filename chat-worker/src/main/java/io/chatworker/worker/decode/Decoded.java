package io.chatworker.worker.decode;

import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.run.Chat;
import org.jspecify.annotations.Nullable;

/** What could be read of a delivery, with generated ids where it had none, and why it is rejected, if it is. */
public record Decoded(Chat chat, @Nullable Rejection rejection) {}
