package io.chatworker.load;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The requests. The message names the request, so that the source knows which answer to give. */
final class Question {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MARK = "load test, request ";
    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.US_ASCII);
    private static final int TURN = 2_000;

    private final @Nullable List<ChatMessage> history;

    /** Questions with a history of about this size. */
    Question(int historyBytes) {
        history = historyBytes == 0
                ? null
                : IntStream.range(0, Math.ceilDiv(historyBytes, TURN))
                        .mapToObj(Question::turn)
                        .toList();
    }

    private static ChatMessage turn(int number) {
        String text = "A turn of a long talk. ".repeat(TURN / 23);
        return number % 2 == 0 ? ChatMessage.user(text) : ChatMessage.assistant(text);
    }

    /** The body of a {@code chat.request}. */
    byte[] body(String requestId, String conversationId) {
        return JSON.writeValueAsBytes(ChatRequest.builder()
                .requestId(requestId)
                .conversationId(conversationId)
                .message(MARK + requestId + ".")
                .messages(history)
                .build());
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
