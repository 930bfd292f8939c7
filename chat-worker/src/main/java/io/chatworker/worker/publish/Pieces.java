package io.chatworker.worker.publish;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What came since the last chunk. For one thread at a time. */
final class Pieces {

    final StringBuilder content = new StringBuilder();
    final StringBuilder thinking = new StringBuilder();
    final List<JsonNode> toolCalls = new ArrayList<>();
    final List<JsonNode> logprobs = new ArrayList<>();

    void add(String content, String thinking, @Nullable JsonNode toolCalls, @Nullable JsonNode logprobs) {
        this.content.append(content);
        this.thinking.append(thinking);
        if (toolCalls != null) {
            toolCalls.forEach(this.toolCalls::add);
        }
        if (logprobs != null) {
            logprobs.forEach(this.logprobs::add);
        }
    }

    boolean isEmpty() {
        return content.isEmpty() && thinking.isEmpty() && toolCalls.isEmpty() && logprobs.isEmpty();
    }

    void clear() {
        content.setLength(0);
        thinking.setLength(0);
        toolCalls.clear();
        logprobs.clear();
    }
}
