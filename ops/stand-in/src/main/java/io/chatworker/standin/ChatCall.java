package io.chatworker.standin;

import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The keys of a chat request that the stand-in uses.
 *
 * @param model empty when there is none
 * @param prompt the newest user message, empty when there is none
 */
record ChatCall(String model, boolean stream, boolean empty, boolean unload, String prompt) {

    private static final Pattern ZERO_DURATION = Pattern.compile("[-+]?0+(ns|us|µs|ms|s|m|h)?");

    /**
     * Reads the keys from the body.
     *
     * @throws tools.jackson.core.JacksonException when the body is not JSON
     * @throws IllegalArgumentException in Ollama's words, when a key has the wrong type
     */
    static ChatCall read(String body) {
        var root = Json.parse(body);
        if (!root.isObject() && !root.isNull()) {
            throw new IllegalArgumentException(
                    "json: cannot unmarshal " + kind(root) + " into Go value of type api.ChatRequest");
        }
        var model = root.path("model");
        var stream = root.path("stream");
        var messages = root.path("messages");
        check(model.isString(), model, "model of type string");
        check(stream.isBoolean(), stream, "stream of type bool");
        check(messages.isArray(), messages, "messages of type []api.Message");
        return new ChatCall(
                model.asString(""),
                stream.asBoolean(true),
                messages.isEmpty(),
                isZero(root.path("keep_alive")),
                prompt(messages));
    }

    private static void check(boolean right, JsonNode value, String expected) {
        if (!right && !value.isMissingNode() && !value.isNull()) {
            throw new IllegalArgumentException(
                    "json: cannot unmarshal " + kind(value) + " into Go struct field ChatRequest." + expected);
        }
    }

    private static String kind(JsonNode value) {
        return value.isBoolean() ? "bool" : value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static boolean isZero(JsonNode keepAlive) {
        return keepAlive.isNumber()
                ? keepAlive.asDouble() == 0
                : ZERO_DURATION.matcher(keepAlive.asString("")).matches();
    }

    private static String prompt(JsonNode messages) {
        var prompt = "";
        for (var message : messages) {
            if (message.path("role").asString("").equalsIgnoreCase("user")) {
                prompt = message.path("content").asString("");
            }
        }
        return prompt;
    }
}
