package io.chatworker.worker.run;

import io.chatworker.worker.prompt.Prompt;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call to Ollama as it begins.
 *
 * @param attempt the number of its attempt
 * @param queuedMs since the request was sent, where that is known
 * @param streams whether the requester wants chunks
 * @param options as sent to Ollama
 */
public record CallStart(
        int attempt,
        String model,
        String agent,
        @Nullable Long queuedMs,
        boolean streams,
        Map<String, Object> options) {

    static CallStart of(AttemptId id, Prompt prompt, @Nullable Long queuedMs, boolean streams) {
        return new CallStart(id.number(), prompt.model(), prompt.agent(), queuedMs, streams, prompt.options());
    }
}
