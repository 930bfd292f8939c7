package io.chatworker.worker.ollama;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.worker.prompt.Prompt;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * A prompt as the body of {@code POST /api/chat}. {@code stream} is always true, and {@code truncate} always false:
 * Ollama would otherwise cut a long history in silence.
 */
final class ChatBody {

    private ChatBody() {}

    static byte[] of(Prompt prompt, JsonMapper mapper) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = mapper.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringProperty("model", prompt.model());
            json.writeArrayPropertyStart("messages");
            prompt.messages().forEach(message -> writeMessage(message, json));
            json.writeEndArray();
            json.writeBooleanProperty("stream", true);
            json.writeBooleanProperty("truncate", false);
            Prompt.Extras extras = prompt.extras();
            json.writePOJOProperty("think", extras.think());
            json.writePOJOProperty("options", prompt.options());
            writePresent(json, "tools", extras.tools());
            writePresent(json, "format", extras.format());
            writePresent(json, "keep_alive", extras.keepAlive());
            writePresent(json, "logprobs", extras.logprobs());
            writePresent(json, "top_logprobs", extras.topLogprobs());
            json.writeEndObject();
        }
        return body.toByteArray();
    }

    private static void writeMessage(ChatMessage message, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("role", message.role());
        json.writeStringProperty("content", message.content() == null ? "" : message.content());
        writePresent(json, "thinking", message.thinking());
        writePresent(json, "images", message.images());
        writePresent(json, "tool_calls", message.toolCalls());
        writePresent(json, "tool_name", message.toolName());
        writePresent(json, "tool_call_id", message.toolCallId());
        json.writeEndObject();
    }

    private static void writePresent(JsonGenerator json, String key, @Nullable Object value) {
        if (value != null) {
            json.writePOJOProperty(key, value);
        }
    }
}
