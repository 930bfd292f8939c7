package io.chatworker.worker.intake;

import io.chatworker.worker.prompt.Refusal;
import io.chatworker.worker.run.Chat;
import org.jspecify.annotations.Nullable;

/** What could be read of a delivery, with generated ids where it had none, and why it is refused, if it is. */
record Decoded(Chat chat, @Nullable Refusal refusal) {}
