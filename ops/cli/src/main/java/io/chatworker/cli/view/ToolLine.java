package io.chatworker.cli.view;

import java.util.Map;

/** A tool's call and its result, each on a line. */
final class ToolLine {

    private ToolLine() {}

    /** A call in Ollama's form, as it stands in a message. */
    static String asked(Map<String, Object> call) {
        return call.get("function") instanceof Map<?, ?> function
                ? "→ " + function.get("name") + ' ' + Json.line(function.get("arguments"))
                : "→ " + Json.line(call);
    }
}
