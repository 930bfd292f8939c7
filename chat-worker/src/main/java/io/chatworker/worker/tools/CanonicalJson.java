package io.chatworker.worker.tools;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON in the one form of the contract: keys sorted by code points, no white space, numbers as received, only what JSON
 * demands escaped. The same text comes from {@code json.dumps(…, sort_keys=True, separators=(",", ":"),
 * ensure_ascii=False)} in Python.
 */
final class CanonicalJson {

    private final StringBuilder text = new StringBuilder();

    private CanonicalJson() {}

    /** {@code value}: maps, lists, text, numbers, booleans and null. */
    static String of(@Nullable Object value) {
        CanonicalJson json = new CanonicalJson();
        json.write(value);
        return json.text.toString();
    }

    private void write(@Nullable Object value) {
        switch (value) {
            case Map<?, ?> object -> writeObject(object);
            case List<?> array -> writeArray(array);
            case String string -> writeString(string);
            case null, default -> text.append(value);
        }
    }

    private void writeObject(Map<?, ?> object) {
        List<String> keys = object.keySet().stream()
                .map(String::valueOf)
                .sorted((a, b) -> Arrays.compareUnsigned(bytes(a), bytes(b)))
                .toList();
        text.append('{');
        String separator = "";
        for (String key : keys) {
            text.append(separator);
            writeString(key);
            text.append(':');
            write(object.get(key));
            separator = ",";
        }
        text.append('}');
    }

    /** UTF-8 sorts as the code points do; the UTF-16 of Java's strings does not. */
    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private void writeArray(List<?> array) {
        text.append('[');
        String separator = "";
        for (Object element : array) {
            text.append(separator);
            write(element);
            separator = ",";
        }
        text.append(']');
    }

    private void writeString(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
