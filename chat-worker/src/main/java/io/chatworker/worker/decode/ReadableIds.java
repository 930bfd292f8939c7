package io.chatworker.worker.decode;

import io.chatworker.contracts.Contract;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The ids of a request that is rejected, as far as they can be read before whatever is wrong with it, so that its sender
 * learns of it under its own. Steps over everything else and keeps none of it.
 */
record ReadableIds(@Nullable String requestId, @Nullable String conversationId) {

    static final ReadableIds NONE = new ReadableIds(null, null);
    private static final JsonFactory JSON = new JsonFactory();

    static ReadableIds of(byte[] body) {
        String requestId = null;
        String conversationId = null;
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), new String(body, StandardCharsets.UTF_8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return NONE;
            }
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                parser.nextToken();
                switch (key) {
                    case "request_id" -> requestId = requestId == null ? id(parser) : requestId;
                    case "conversation_id" -> conversationId = conversationId == null ? id(parser) : conversationId;
                    default -> parser.skipChildren();
                }
            }
        } catch (RuntimeException e) {
            // Here it ceases to be JSON; what was read until here is worth as much as it was.
        }
        return new ReadableIds(requestId, conversationId);
    }

    private static @Nullable String id(JsonParser parser) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return null;
        }
        String text = parser.getString();
        return Contract.isId(text) ? text : null;
    }
}
