package io.chatworker.worker.prompt;

import io.chatworker.contracts.ChatMessage;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns of a conversation as one text, for a model that is to summarize them, and the places at which that text may be
 * cut. Of images only their number is written down, of thinking nothing, and of a long result of a tool its beginning
 * and its end: none of it would be found in a summary of a few sentences.
 */
record Transcript(String text) {

    /** The most that is written down of one tool's result, in characters. */
    static final int MAX_RESULT = 2_000;

    private static final String BETWEEN_TURNS = "\n\n";

    static Transcript of(List<ChatMessage> turns) {
        StringJoiner text = new StringJoiner(BETWEEN_TURNS);
        turns.forEach(turn -> text.add(written(turn)));
        return new Transcript(text.toString());
    }

    /**
     * Where a piece that begins at {@code from} ends: at most {@code most} characters later (2 at least), between two
     * turns, lines or words where there is such a place in its second half, and never within a surrogate pair.
     */
    int endOfPiece(int from, int most) {
        if (text.length() - from <= most) {
            return text.length();
        }
        int earliest = from + most / 2;
        for (String gap : List.of(BETWEEN_TURNS, "\n", " ")) {
            int place = text.lastIndexOf(gap, from + most - gap.length());
            if (place >= earliest) {
                return place + gap.length();
            }
        }
        int end = from + most;
        return Character.isSurrogatePair(text.charAt(end - 1), text.charAt(end)) ? end - 1 : end;
    }

    private static String written(ChatMessage turn) {
        StringJoiner lines = new StringJoiner("\n");
        String content = turn.content() == null ? "" : turn.content();
        switch (turn.role()) {
            case ChatMessage.TOOL -> lines.add(resultOf(turn.toolName()) + shortened(content));
            case ChatMessage.SYSTEM -> lines.add("Summary of what came before: " + content);
            case ChatMessage.USER -> lines.add("User: " + content);
            default -> lines.add("Assistant: " + content);
        }
        if (turn.images() != null && !turn.images().isEmpty()) {
            lines.add("(with " + turn.images().size() + (turn.images().size() == 1 ? " image)" : " images)"));
        }
        if (turn.toolCalls() != null) {
            turn.toolCalls().forEach(call -> lines.add(written(call)));
        }
        return lines.toString();
    }

    private static String written(Map<String, Object> call) {
        if (!(call.get("function") instanceof Map<?, ?> function)) {
            return "(calls a tool)";
        }
        Object arguments = function.get("arguments");
        return "(calls " + function.get("name")
                + (arguments == null ? "" : " " + JsonMapper.shared().writeValueAsString(arguments)) + ")";
    }

    private static String resultOf(@Nullable String tool) {
        return tool == null ? "Result: " : "Result of " + tool + ": ";
    }

    private static String shortened(String result) {
        if (result.length() <= MAX_RESULT) {
            return result;
        }
        String beginning = WellFormed.text(result.substring(0, MAX_RESULT * 3 / 4));
        String end = WellFormed.text(result.substring(result.length() - MAX_RESULT / 4));
        return beginning + " … (" + (result.length() - MAX_RESULT) + " characters left out) … " + end;
    }
}
