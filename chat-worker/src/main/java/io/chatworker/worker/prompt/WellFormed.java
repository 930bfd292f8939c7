package io.chatworker.worker.prompt;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Makes text writable as UTF-8. JSON escapes and lenient decoders let half a surrogate pair through, which no encoder
 * accepts. Like Go, and therefore Ollama, this replaces it by U+FFFD.
 */
public final class WellFormed {

    private static final char REPLACEMENT = '\uFFFD';

    private WellFormed() {}

    /** The same text, with half surrogate pairs replaced. */
    public static String text(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return mended(text);
            }
        }
        return text;
    }

    /** The same for every text of a tree, except keys. */
    public static JsonNode tree(JsonNode node) {
        return switch (node) {
            case StringNode text -> StringNode.valueOf(text(text.stringValue()));
            case ObjectNode object -> {
                object.properties().forEach(entry -> entry.setValue(tree(entry.getValue())));
                yield object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, tree(array.get(i)));
                }
                yield array;
            }
            default -> node;
        };
    }

    private static String mended(String text) {
        StringBuilder mended = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> mended.appendCodePoint(
                        point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? REPLACEMENT : point));
        return mended.toString();
    }
}
