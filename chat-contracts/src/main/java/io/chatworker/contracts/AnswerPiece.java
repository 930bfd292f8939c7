package io.chatworker.contracts;

import java.util.List;
import java.util.Map;

/**
 * A part of an answer, to be put behind what is shown already. What there is none of is empty.
 *
 * @param toolCalls as in {@link ChatMessage#toolCalls()}
 */
public record AnswerPiece(String content, String thinking, List<Map<String, Object>> toolCalls) {

    /** Nothing to append. */
    public static final AnswerPiece NOTHING = new AnswerPiece("", "", List.of());

    public AnswerPiece {
        toolCalls = List.copyOf(toolCalls);
    }
}
