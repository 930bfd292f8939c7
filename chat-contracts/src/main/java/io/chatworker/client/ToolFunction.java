package io.chatworker.client;

import io.chatworker.contracts.ToolCall;
import org.jspecify.annotations.Nullable;

/** What a tool does. Called by several threads at once, as many as it was offered with. */
@FunctionalInterface
public interface ToolFunction {

    /**
     * Does what the model asks for.
     *
     * @param call with the model's {@link ToolCall#arguments()}, which nobody has checked, and the
     *     {@link ToolCall#idempotencyKey()} that a function which must not act twice remembers
     * @return anything Jackson writes: text goes to the model as it is, all else as JSON, null as empty text
     * @throws Exception where it cannot; the model reads the message. When its time is over the thread is interrupted.
     */
    @Nullable
    Object call(ToolCall call) throws Exception;
}
