package io.chatworker.worker.decode;

import io.chatworker.contracts.Contract;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The ids of a rejected request, as far as they can be read before whatever is wrong with it, so that its sender is
 * answered under them. Everything else is skipped and not kept.
 */
record ReadableIds(@Nullable String requestId, @Nullable String conversationId) {

    static final ReadableIds NONE = new ReadableIds(null, null);
    private static final JsonFactory JSON = new JsonFactory();

    static ReadableIds of(byte[] body) {
        String requestId = null;
        String conversationId = null;
        String text = JsonText.withoutMark(new String(body, StandardCharsets.UTF_8));
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
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
            // From here on it is not JSON; the ids read so far still hold.
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
