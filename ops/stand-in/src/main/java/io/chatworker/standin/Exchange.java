package io.chatworker.standin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One exchange with a real Ollama, as it was recorded.
 *
 * @param name the transcript's name, such as {@code plain} or {@code runner-killed}
 * @param note what it shows, in a sentence
 * @param end how it ended: {@value #COMPLETE}, or in words how it did not
 */
public record Exchange(String name, String note, Request request, Response response, String end) {

    private static final String COMPLETE = "complete";

    /** Whether the connection was closed before the answer's end. */
    public boolean cut() {
        return !end.equals(COMPLETE);
    }

    /**
     * What was asked.
     *
     * @param body the body's text; JSON is the recorded value, not its recorded white space
     */
    public record Request(String method, String path, String body) {}

    /**
     * What came back.
     *
     * @param headers those that matter, in recorded order; a client sees {@code Date} besides
     * @param headersAtMs milliseconds from the request to the headers
     */
    public record Response(int status, Map<String, String> headers, double headersAtMs, List<Line> lines) {

        /** Keeps copies, so that an exchange never changes. */
        public Response {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            lines = List.copyOf(lines);
        }

        /** All lines joined: the body as it was recorded, up to the cut if there is one. */
        public String body() {
            return lines.stream().map(Line::text).collect(Collectors.joining());
        }

        /** Whether the body is one JSON value a line, sent as it comes. */
        public boolean streamed() {
            return headers.getOrDefault("Content-Type", "").equals("application/x-ndjson");
        }

        boolean chunked() {
            return headers.containsKey("Transfer-Encoding");
        }
    }

    /**
     * One line of the body.
     *
     * @param atMs milliseconds from the request to the line
     * @param text the line with its newline, where it has one
     */
    public record Line(double atMs, String text) {}
}
