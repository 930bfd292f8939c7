package io.chatworker.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A header that goes with every request to Ollama, such as the service token of a proxy: a secret. */
public record OllamaHeader(String name, String value) {

    public static final String ACCEPTED =
            "headers as 'Name: value', separated by '|', each name of HTTP's own characters, each value printable ASCII";

    /** What the worker or the connection sets itself. */
    private static final Set<String> TAKEN = Set.of(
            "accept",
            "accept-encoding",
            "connection",
            "content-length",
            "content-type",
            "expect",
            "te",
            "traceparent",
            "tracestate",
            "transfer-encoding",
            "upgrade");

    /**
     * The headers of {@code OLLAMA_HEADERS}.
     *
     * @throws IllegalArgumentException for a text that holds something else, which is not quoted
     */
    public static List<OllamaHeader> parse(String text) {
        List<OllamaHeader> headers = new ArrayList<>();
        for (String entry : text.split("\\|", -1)) {
            if (!entry.isBlank()) {
                headers.add(one(entry.strip(), headers.size() + 1));
            }
        }
        return List.copyOf(headers);
    }

    private static OllamaHeader one(String entry, int number) {
        int colon = entry.indexOf(':');
        String name = colon < 0 ? "" : entry.substring(0, colon).stripTrailing();
        String value = entry.substring(colon + 1).strip();
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !value.matches("[\\t\\x20-\\x7e]+")) {
            throw new IllegalArgumentException(ACCEPTED + "; header " + number + " is not");
        }
        if (TAKEN.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(ACCEPTED + "; " + name + " is the worker's own");
        }
        return new OllamaHeader(name, value);
    }

    @Override
    public String toString() {
        return name;
    }
}
