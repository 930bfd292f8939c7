package io.chatworker.worker.ollama;

import io.chatworker.worker.prompt.WellFormed;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ObjectNode;

/**
 * The calls of a line as a request may bring them back in its history: {@code arguments} are an object. Ollama takes
 * no other, but some of its models' templates and what stands between give them as text, or not at all.
 */
final class ToolCalls {

    /** Arguments stand six levels deep in a request, which has 64 at most. */
    private static final int MAX_DEPTH = 58;

    private ToolCalls() {}

    /** The same calls, with the arguments that are no object replaced by the object they spell, else by {@code {}}. */
    static @Nullable JsonNode withObjects(@Nullable JsonNode calls, ObjectReader json) {
        for (int i = 0; calls != null && i < calls.size(); i++) {
            if (calls.get(i).get("function") instanceof ObjectNode function
                    && !(function.get("arguments") instanceof ObjectNode)) {
                function.set("arguments", spelled(function.path("arguments"), json));
            }
        }
        return calls;
    }

    private static JsonNode spelled(JsonNode arguments, ObjectReader json) {
        if (arguments.isString()) {
            try {
                JsonNode spelled = read(arguments.stringValue(), json);
                if (spelled.isObject() && isWithin(spelled, MAX_DEPTH)) {
                    return WellFormed.tree(spelled);
                }
            } catch (JacksonException | NumberFormatException e) {
                // It spells nothing.
            }
        }
        return json.createObjectNode();
    }

    private static JsonNode read(String text, ObjectReader json) {
        try (JsonParser parser = json.createParser(text)) {
            return parser.nextToken() == null ? json.missingNode() : NumbersAsReceived.read(parser, json);
        }
    }

    private static boolean isWithin(JsonNode node, int depth) {
        return !node.isContainer() || (depth > 0 && node.valueStream().allMatch(child -> isWithin(child, depth - 1)));
    }
}
