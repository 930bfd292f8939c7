package io.chatworker.worker.testing;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as tests read and write it: numbers stay as they came. */
public final class Json {

    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    public static JsonNode of(String text) {
        return MAPPER.readTree(text);
    }

    public static JsonNode of(byte[] bytes) {
        return MAPPER.readTree(bytes);
    }

    public static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }
}
