package io.chatworker.load;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests. The message names the request, so that the source knows which answer to give. */
final class Question {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MARK = "load test, request ";
    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.US_ASCII);
    private static final int TURN = 2_000;

    private final ArrayNode history = JSON.createArrayNode();

    /** Questions with a history of about this size. */
    Question(int historyBytes) {
        for (int size = 0, turn = 0; size < historyBytes; size += TURN, turn++) {
            history.addObject()
                    .put("role", turn % 2 == 0 ? "user" : "assistant")
                    .put("content", "A turn of a long talk. ".repeat(TURN / 23));
        }
    }

    /** The body of a {@code chat.request}. */
    byte[] body(String requestId, String conversationId) {
        ObjectNode request = JSON.createObjectNode()
                .put("request_id", requestId)
                .put("conversation_id", conversationId)
                .put("message", MARK + requestId + ".");
        if (!history.isEmpty()) {
            request.set("messages", history);
        }
        return JSON.writeValueAsBytes(request);
    }

    /** The id of the request in a body of {@code POST /api/chat}; empty if there is none. */
    static String requestId(byte[] body) {
        // The question is the last turn, so search from the end.
        for (int at = body.length - MARK_BYTES.length; at >= 0; at--) {
            if (isMark(body, at)) {
                int from = at + MARK_BYTES.length;
                int to = from;
                while (to < body.length && body[to] != '.') {
                    to++;
                }
                return new String(body, from, to - from, StandardCharsets.US_ASCII);
            }
        }
        return "";
    }

    private static boolean isMark(byte[] body, int at) {
        for (int i = 0; i < MARK_BYTES.length; i++) {
            if (body[at + i] != MARK_BYTES[i]) {
                return false;
            }
        }
        return true;
    }
}
