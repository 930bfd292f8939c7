package io.chatworker.cli;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as the wire contract reads it: unknown keys are ignored, an absent number is 0. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** On one line. */
    static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static <T> T read(byte[] body, Class<T> type) {
        return MAPPER.readValue(body, type);
    }

    static JsonNode tree(byte[] body) {
        return MAPPER.readTree(body);
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The text read as JSON, or as plain text if it is none: {@code 0.2}, {@code true}, {@code ["a"]}, {@code abc}. */
    static Object valueOrText(String text) {
        try {
            return MAPPER.readValue(text, Object.class);
        } catch (JacksonException e) {
            return text;
        }
    }
}
