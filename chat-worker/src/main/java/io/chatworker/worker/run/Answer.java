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

/**
 * What an attempt has said so far, in one call to Ollama or in several with tools between them. For the chat's own
 * thread.
 */
final class Answer {

    private static final TypeReference<List<Map<String, Object>>> OBJECTS = new TypeReference<>() {};

    private final JsonMapper mapper;
    private final boolean keepLogprobs;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final List<Map<String, Object>> logprobs = new ArrayList<>();

    // Of the latest call.
    private int contentBefore;
    private int thinkingBefore;
    private boolean callsTools;
    private List<Map<String, Object>> toolCalls = new ArrayList<>();

    /** {@code keepLogprobs} where no chunk carries them. */
    Answer(JsonMapper mapper, boolean keepLogprobs) {
        this.mapper = mapper;
        this.keepLogprobs = keepLogprobs;
    }

    /** A call to Ollama begins; {@code callsTools}: its tool calls are carried out, and not for the requester. */
    void goOn(boolean callsTools) {
        contentBefore = content.length();
        thinkingBefore = thinking.length();
        this.callsTools = callsTools;
        toolCalls = new ArrayList<>();
    }

    void add(AnswerLine line) {
        content.append(line.content());
        thinking.append(line.thinking());
        addObjects(line.toolCalls(), toolCalls);
        if (keepLogprobs) {
            addObjects(line.logprobs(), logprobs);
        }
    }

    boolean callsTools() {
        return callsTools;
    }

    /** The tool calls of the latest call that are to be carried out. */
    List<Map<String, Object>> callsToCarryOut() {
        return callsTools ? toolCalls : List.of();
    }

    /** All that the attempt said, as the requester has it. */
    ChatMessage message() {
        return message(0, 0, callsTools ? List.of() : toolCalls);
    }

    /** What the latest call said, as the model is to see it. */
    ChatMessage turn() {
        return message(contentBefore, thinkingBefore, toolCalls);
    }

    /** The message, or null where nothing was said. */
    @Nullable
    ChatMessage partial() {
        return orNull(message());
    }

    /** What the latest call said so far and the requester has, or null where that is nothing. */
    @Nullable
    ChatMessage partialTurn() {
        return orNull(message(contentBefore, thinkingBefore, callsTools ? List.of() : toolCalls));
    }

    private ChatMessage message(int contentFrom, int thinkingFrom, List<Map<String, Object>> calls) {
        return new ChatMessage(
                ChatMessage.ASSISTANT,
                content.substring(contentFrom),
                thinking.length() == thinkingFrom ? null : thinking.substring(thinkingFrom),
                null,
                calls.isEmpty() ? null : List.copyOf(calls),
                null,
                null,
                null);
    }

    private static @Nullable ChatMessage orNull(ChatMessage message) {
        boolean isEmpty = "".equals(message.content()) && message.thinking() == null && message.toolCalls() == null;
        return isEmpty ? null : message;
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
