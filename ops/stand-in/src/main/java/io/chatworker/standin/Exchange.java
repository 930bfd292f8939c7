package io.chatworker.standin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One recorded exchange with a real Ollama.
 *
 * @param name the name of the transcript, such as {@code plain} or {@code runner-killed}
 * @param note what it shows, in a sentence
 * @param end how it ended: {@value #COMPLETE}, or a description of how it broke off
 */
public record Exchange(String name, String note, Request request, Response response, String end) {

    private static final String COMPLETE = "complete";

    /** Whether the connection closed before the end of the answer. */
    public boolean cut() {
        return !end.equals(COMPLETE);
    }

    /**
     * The request.
     *
     * @param body the text of the body; for JSON the recorded value, without its white space
     */
    public record Request(String method, String path, String body) {}

    /**
     * The response.
     *
     * @param headers those that matter, in recorded order; a client also sees {@code Date}
     * @param headersAtMs milliseconds from the request to the headers
     */
    public record Response(int status, Map<String, String> headers, double headersAtMs, List<Line> lines) {

        /** Copies its arguments, so that an exchange never changes. */
        public Response {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            lines = List.copyOf(lines);
        }

        /** All lines joined: the recorded body, up to the cut if there is one. */
        public String body() {
            return lines.stream().map(Line::text).collect(Collectors.joining());
        }

        /** Whether the body is one JSON value per line, streamed. */
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
     * @param text the line, with its newline if it has one
     */
    public record Line(double atMs, String text) {}
}
