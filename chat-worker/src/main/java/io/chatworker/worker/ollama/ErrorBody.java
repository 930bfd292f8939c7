package io.chatworker.worker.ollama;

import io.chatworker.worker.prompt.WellFormed;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * The body of an answer that is no stream, in any of its forms: {@code {"error":"text"}}, the same with the runner's
 * own JSON inside the text, an object as error, plain text, a proxy's page, or nothing.
 *
 * @param ollamas whether it is JSON with an {@code error}, as only Ollama itself answers
 * @param text what it says, cut to a readable length; empty where it says nothing
 * @param runner the runner's error object, where there was one
 */
record ErrorBody(boolean ollamas, String text, @Nullable JsonNode runner) {

    private static final int READABLE = 500;

    static ErrorBody of(String body, ObjectReader json) {
        JsonNode tree = parse(body, json);
        JsonNode error = tree == null ? null : tree.get("error");
        if (error == null || error.isNull()) {
            return new ErrorBody(false, readable(body), null);
        }
        if (error.isString()) {
            JsonNode inner = parse(error.stringValue(), json);
            JsonNode runner = inner == null ? null : inner.get("error");
            return runner != null && runner.isObject()
                    ? new ErrorBody(true, readable(runner.path("message").asString("")), runner)
                    : new ErrorBody(true, readable(error.stringValue()), null);
        }
        return new ErrorBody(
                true, readable(error.path("message").asString(error.toString())), error.isObject() ? error : null);
    }

    boolean isContextError() {
        return runner != null && runner.path("type").asString("").equals("exceed_context_size_error");
    }

    /** {@code prompt_tokens} and {@code context_length}, as far as the runner gave them. */
    Map<String, Object> contextNumbers() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        if (runner != null && runner.path("n_prompt_tokens").isInt()) {
            numbers.put("prompt_tokens", runner.path("n_prompt_tokens").intValue());
        }
        if (runner != null && runner.path("n_ctx").isInt()) {
            numbers.put("context_length", runner.path("n_ctx").intValue());
        }
        return numbers;
    }

    private static @Nullable JsonNode parse(String text, ObjectReader json) {
        String start = text.stripLeading();
        if (!start.startsWith("{")) {
            return null;
        }
        try {
            return json.readTree(start);
        } catch (JacksonException | NumberFormatException e) {
            return null;
        }
    }

    /** One line of bounded length, whatever was said. */
    static String readable(String text) {
        String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        if (line.codePointCount(0, line.length()) <= READABLE) {
            return WellFormed.text(line);
        }
        return WellFormed.text(line.substring(0, line.offsetByCodePoints(0, READABLE))) + " …";
    }
}
