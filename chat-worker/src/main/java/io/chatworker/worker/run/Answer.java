package io.chatworker.worker.run;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.worker.ollama.AnswerLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an attempt has said so far. For the chat's own thread. */
final class Answer {

    private static final TypeReference<List<Map<String, Object>>> OBJECTS = new TypeReference<>() {};

    private final JsonMapper mapper;
    private final boolean keepLogprobs;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final List<Map<String, Object>> toolCalls = new ArrayList<>();
    private final List<Map<String, Object>> logprobs = new ArrayList<>();

    /** {@code keepLogprobs} where no chunk carries them. */
    Answer(JsonMapper mapper, boolean keepLogprobs) {
        this.mapper = mapper;
        this.keepLogprobs = keepLogprobs;
    }

    void add(AnswerLine line) {
        content.append(line.content());
        thinking.append(line.thinking());
        addObjects(line.toolCalls(), toolCalls);
        if (keepLogprobs) {
            addObjects(line.logprobs(), logprobs);
        }
    }

    boolean isEmpty() {
        return content.isEmpty() && thinking.isEmpty() && toolCalls.isEmpty();
    }

    ChatMessage message() {
        return new ChatMessage(
                ChatMessage.ASSISTANT,
                content.toString(),
                thinking.isEmpty() ? null : thinking.toString(),
                null,
                toolCalls.isEmpty() ? null : List.copyOf(toolCalls),
                null,
                null,
                null);
    }

    /** The message, or null where nothing was said. */
    @Nullable
    ChatMessage partial() {
        return isEmpty() ? null : message();
    }

    @Nullable
    List<Map<String, Object>> logprobs() {
        return logprobs.isEmpty() ? null : List.copyOf(logprobs);
    }

    private void addObjects(@Nullable JsonNode array, List<Map<String, Object>> objects) {
        if (array != null) {
            objects.addAll(mapper.convertValue(array, OBJECTS));
        }
    }
}
