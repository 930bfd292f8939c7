package io.chatworker.standin;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads HTTP/1.1 and HTTP/1.0 requests, within limits of size and time. */
final class RequestReader {

    static final int MAX_HEAD_BYTES = 64 * 1024;

    private final Wire wire;

    RequestReader(Wire wire) {
        this.wire = wire;
    }

    /** The next request, or none if the client has closed the connection. */
    Optional<Request> next() throws IOException {
        return wire.awaitInput() ? Optional.of(read()) : Optional.empty();
    }

    private Request read() throws IOException {
        var head = new HeadLines();
        var words = head.line().split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            throw new RequestRefused(400, "400 bad request line");
        }
        var headers = headers(head);
        var modern = !words[2].equals("HTTP/1.0");
        var close = headers.getOrDefault("connection", "").equalsIgnoreCase("close");
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            wire.write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        return new Request(
                words[0],
                words[1].replaceFirst("[?].*", ""),
                new BodyReader(wire).read(headers),
                modern,
                modern && !close);
    }

    private static Map<String, String> headers(HeadLines head) throws IOException {
        var headers = new HashMap<String, String>();
        for (var line = head.line(); !line.isEmpty(); line = head.line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new RequestRefused(400, "400 bad header line");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private final class HeadLines {
        private int left = MAX_HEAD_BYTES;

        String line() throws IOException {
            var line = wire.readLine(left);
            if (line.isEmpty() && left == MAX_HEAD_BYTES) {
                line = wire.readLine(left);
            }
            left -= line.length() + 2;
            return line;
        }
    }
}
