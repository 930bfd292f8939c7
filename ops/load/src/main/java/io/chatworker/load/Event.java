package io.chatworker.load;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the driver reads of an event, without building a tree: it shares the machine with what it measures.
 *
 * @param text the content of a chunk or of the whole message; of a tool call its stamp
 * @param chunks as the end tells, else 0
 */
record Event(String requestId, int attempt, int sequence, String text, int chunks) {

    private static final JsonFactory JSON = new JsonFactory();

    /** Where a tool call carries its token. */
    static final String STAMP = "stamp";

    /** Reads a chunk or a terminal event; what it does not have is 0 or empty. */
    static Event of(byte[] body) {
        Parts parts = new Parts();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            parts.read(json);
        }
        return new Event(parts.requestId, parts.attempt, parts.sequence, parts.text.toString(), parts.chunks);
    }

    private static final class Parts {
        private String requestId = "";
        private int attempt;
        private int sequence;
        private int chunks;
        private final StringBuilder text = new StringBuilder();

        void read(JsonParser json) {
            json.nextToken();
            for (String key = json.nextName(); key != null; key = json.nextName()) {
                JsonToken value = json.nextToken();
                switch (key) {
                    case "request_id" -> requestId = json.getString();
                    case "attempt" -> attempt = json.getIntValue();
                    case "sequence" -> sequence = json.getIntValue();
                    case "chunks" -> chunks = json.getIntValue();
                    case "content" -> text.append(json.getString());
                    case "tool_calls" -> stamps(json);
                    case "message" -> message(json, value);
                    default -> json.skipChildren();
                }
            }
        }

        private void message(JsonParser json, JsonToken value) {
            if (value != JsonToken.START_OBJECT) {
                return;
            }
            for (String key = json.nextName(); key != null; key = json.nextName()) {
                json.nextToken();
                switch (key) {
                    case "content" -> text.append(json.getString());
                    case "tool_calls" -> stamps(json);
                    default -> json.skipChildren();
                }
            }
        }

        private void stamps(JsonParser json) {
            int depth = 1;
            while (depth > 0) {
                switch (json.nextToken()) {
                    case START_ARRAY, START_OBJECT -> depth++;
                    case END_ARRAY, END_OBJECT -> depth--;
                    case PROPERTY_NAME -> {
                        if (json.currentName().equals(STAMP)) {
                            json.nextToken();
                            text.append(json.getString());
                        }
                    }
                    default -> {}
                }
            }
        }
    }
}
