package io.chatworker.standin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The body of a request, with a length or in chunks. */
final class BodyReader {

    static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final int MAX_LINE = 1024;

    private final Wire wire;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    BodyReader(Wire wire) {
        this.wire = wire;
    }

    String read(Map<String, String> headers) throws IOException {
        var coding = headers.get("transfer-encoding");
        var length = headers.get("content-length");
        if (coding != null) {
            chunks(coding, length != null);
        } else if (length != null) {
            part(size(length, 10));
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private void chunks(String coding, boolean withLength) throws IOException {
        if (withLength || !coding.equalsIgnoreCase("chunked")) {
            throw new RequestRefused(400, "400 bad transfer encoding");
        }
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            part(size);
            wire.readLine(MAX_LINE);
        }
        skipTrailers();
    }

    private int chunkSize() throws IOException {
        return size(wire.readLine(MAX_LINE).replaceFirst(";.*", "").strip(), 16);
    }

    private void skipTrailers() throws IOException {
        int left = RequestReader.MAX_HEAD_BYTES;
        for (var line = wire.readLine(left); !line.isEmpty(); line = wire.readLine(left)) {
            left -= line.length() + 2;
        }
    }

    // Grows as data arrive: the length in a header alone takes no memory.
    private void part(int size) throws IOException {
        if (size > MAX_BYTES - body.size()) {
            throw new RequestRefused(413, "413 body over " + MAX_BYTES + " bytes");
        }
        wire.readInto(body, size);
    }

    private static int size(String digits, int radix) throws RequestRefused {
        try {
            long size = Long.parseLong(digits, radix);
            if (size >= 0) {
                return (int) Math.min(size, Integer.MAX_VALUE);
            }
        } catch (NumberFormatException e) {
            // Rejected below like a negative one.
        }
        throw new RequestRefused(400, "400 bad body length");
    }
}
