package io.chatworker.worker.ollama;

import io.chatworker.worker.prompt.WellFormed;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * The body of an answer that is no stream, in any of its forms: {@code {"error":"text"}}, the same with the runner's
 * own JSON inside the text, an object as error, plain text, a proxy's page, or nothing.
 *
 * @param hasError whether it is a JSON object whose {@code error} is a text or an object, as Ollama itself answers
 * @param text what it says, cut to a readable length; empty where it says nothing
 * @param words all of it, to be searched
 */
record ErrorBody(boolean hasError, String text, ErrorWords words) {

    private static final int READABLE = 500;

    static ErrorBody of(String body, ObjectReader json) {
        ErrorWords words = new ErrorWords(body);
        JsonNode tree = parse(body, json);
        JsonNode error = tree == null ? null : tree.get("error");
        if (error == null || error.isNull()) {
            return new ErrorBody(false, readable(body), words);
        }
        if (error.isString()) {
            JsonNode inner = parse(error.stringValue(), json);
            JsonNode runners = inner == null ? null : inner.get("error");
            String text = runners != null && runners.isObject()
                    ? runners.path("message").asString("")
                    : error.stringValue();
            return new ErrorBody(true, readable(text), words);
        }
        return new ErrorBody(error.isObject(), readable(error.path("message").asString(error.toString())), words);
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
