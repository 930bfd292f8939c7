package io.chatworker.worker.publish;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What came since the last chunk, and what of it one chunk may carry. For one thread at a time. */
final class Pieces {

    /** What a chunk carries at most, in bytes of UTF-8; a tool call or a token's logprobs that are larger go alone. */
    static final int MOST = 64 * 1024;

    private static final int MOST_OF_A_CHAR = 3;

    final StringBuilder content = new StringBuilder();
    final StringBuilder thinking = new StringBuilder();
    final List<JsonNode> toolCalls = new ArrayList<>();
    final List<JsonNode> logprobs = new ArrayList<>();

    void add(String content, String thinking, @Nullable JsonNode toolCalls, @Nullable JsonNode logprobs) {
        this.content.append(content);
        this.thinking.append(thinking);
        if (toolCalls != null) {
            toolCalls.forEach(this.toolCalls::add);
        }
        if (logprobs != null) {
            logprobs.forEach(this.logprobs::add);
        }
    }

    boolean isEmpty() {
        return content.isEmpty() && thinking.isEmpty() && toolCalls.isEmpty() && logprobs.isEmpty();
    }

    /** Takes off what the next chunk carries: all, unless that is too much. */
    Pieces take() {
        Pieces taken = new Pieces();
        int room = MOST;
        room -= move(content, taken.content, room);
        room -= move(thinking, taken.thinking, room);
        room -= move(toolCalls, taken.toolCalls, room);
        move(logprobs, taken.logprobs, room);
        return taken;
    }

    /** Whether one chunk surely carries all. */
    boolean fitOneChunk() {
        return toolCalls.isEmpty() && logprobs.isEmpty() && chars() <= MOST / MOST_OF_A_CHAR;
    }

    /** Whether there is no point in gathering more text. */
    boolean fillAChunk() {
        return chars() >= MOST;
    }

    private int chars() {
        return content.length() + thinking.length();
    }

    /** Moves whole code points; the bytes that they take. */
    private static int move(StringBuilder from, StringBuilder to, int room) {
        int bytes = 0;
        int end = 0;
        while (end < from.length()) {
            int codePoint = from.codePointAt(end);
            int more = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            if (bytes + more > room) {
                break;
            }
            bytes += more;
            end += Character.charCount(codePoint);
        }
        to.append(from, 0, end);
        from.delete(0, end);
        return bytes;
    }

    /** Moves whole nodes, one even where it is larger than a whole chunk; the characters that they take as JSON. */
    private static int move(List<JsonNode> from, List<JsonNode> to, int room) {
        int chars = 0;
        int end = 0;
        while (end < from.size()) {
            int more = from.get(end).toString().length();
            if (chars + more > room && (room < MOST || end > 0)) {
                break;
            }
            chars += more;
            end++;
        }
        to.addAll(from.subList(0, end));
        from.subList(0, end).clear();
        return chars;
    }

    void clear() {
        content.setLength(0);
        thinking.setLength(0);
        toolCalls.clear();
        logprobs.clear();
    }
}
