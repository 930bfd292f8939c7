package io.chatworker.worker.prompt;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ContextWindowReason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Ollama is asked.
 *
 * @param agent whose system prompt it is
 * @param systemPrompt put in front by the worker; never part of the history
 * @param turns the conversation after any cut, the turn to answer last
 * @param options the worker's defaults with the request's over them, within the maxima
 * @param contextWindow {@code num_ctx} as sent
 * @param contextReason what decided it
 */
public record Prompt(
        String model,
        String agent,
        @Nullable ChatMessage systemPrompt,
        List<ChatMessage> turns,
        Map<String, Object> options,
        Object think,
        @Nullable List<Map<String, Object>> tools,
        @Nullable Object format,
        @Nullable Object keepAlive,
        @Nullable Boolean logprobs,
        @Nullable Integer topLogprobs,
        long contextWindow,
        ContextWindowReason contextReason) {

    /** All messages as sent. */
    public List<ChatMessage> messages() {
        if (systemPrompt == null) {
            return turns;
        }
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(systemPrompt), turns.stream())
                .toList();
    }
}
