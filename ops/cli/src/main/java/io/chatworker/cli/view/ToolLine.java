package io.chatworker.cli.view;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tool's call and its result, each on a line. */
public final class ToolLine {

    private ToolLine() {}

    public static String asked(String name, Object arguments) {
        return "→ " + line(name + ' ' + Json.line(arguments));
    }

    /** A call in Ollama's form, as it stands in a message: it was left to the one who asked. */
    static String left(Map<String, Object> call) {
        return call.get("function") instanceof Map<?, ?> function
                ? "→ " + line(function.get("name") + " " + Json.line(function.get("arguments")))
                : "→ " + line(Json.line(call));
    }

    public static String answered(long millis, @Nullable Object content, @Nullable String error) {
        String what = error != null ? "error: " + error : content instanceof String text ? text : Json.line(content);
        return String.format(Locale.ROOT, "← %.1f s ", millis / 1_000.0) + line(what);
    }

    private static String line(String text) {
        return Width.printable(text.replaceAll("\\s+", " "));
    }
}
