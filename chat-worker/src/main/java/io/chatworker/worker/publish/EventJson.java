package io.chatworker.worker.publish;

import io.chatworker.contracts.ChatEvent;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events as JSON: chunks by the generator, all others from their records. Safe for any thread. */
final class EventJson {

    private final JsonMapper mapper;

    EventJson(JsonMapper mapper) {
        this.mapper = mapper;
    }

    byte[] write(ChatEvent event) {
        return mapper.writeValueAsBytes(event);
    }

    byte[] chunk(ChunkHead head, int sequence, Pieces pieces) {
        ByteArrayOutputStream body =
                new ByteArrayOutputStream(256 + pieces.content.length() + pieces.thinking.length());
        try (JsonGenerator json = mapper.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringProperty("request_id", head.requestId());
            json.writeStringProperty("conversation_id", head.conversationId());
            json.writeNumberProperty("attempt", head.attempt());
            json.writeStringProperty("run", head.run());
            json.writeNumberProperty("sequence", sequence);
            writeText(json, "content", pieces.content);
            writeText(json, "thinking", pieces.thinking);
            writeNodes(json, "tool_calls", pieces.toolCalls);
            writeNodes(json, "logprobs", pieces.logprobs);
            json.writeEndObject();
        }
        return body.toByteArray();
    }

    private static void writeText(JsonGenerator json, String key, StringBuilder text) {
        if (!text.isEmpty()) {
            json.writeStringProperty(key, text.toString());
        }
    }

    private static void writeNodes(JsonGenerator json, String key, List<JsonNode> nodes) {
        if (!nodes.isEmpty()) {
            json.writePOJOProperty(key, nodes);
        }
    }
}
