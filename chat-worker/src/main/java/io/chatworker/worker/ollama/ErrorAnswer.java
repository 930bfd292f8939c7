package io.chatworker.worker.ollama;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/**
 * An HTTP answer that is no stream of Ollama's lines.
 *
 * @param advice what to do about a redirect, in words that follow its status; empty for the rest
 * @param retryAfter how long the answer asks to wait, where it does
 */
record ErrorAnswer(
        int status, ErrorBody body, String advice, @Nullable Duration retryAfter) {

    /** Under which a prompt has been called too long. */
    private static final Set<Integer> TOO_LONG = Set.of(400, 413, 422, 500);

    private static final long MAX_BYTES = 64 * 1024;
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

    /** Reads an answer to {@code path}: of its body a bounded part, for a bounded time. */
    static ErrorAnswer of(Response response, String path, ObjectReader json) {
        return new ErrorAnswer(
                response.code(), body(response, json), Redirect.advice(response, path), retryAfter(response));
    }

    /** What came under 200 in place of Ollama's lines: the first of it, and what is there of the rest. */
    static ErrorAnswer ofPage(byte[] firstLine, Buffer rest, ObjectReader json) {
        Buffer page = new Buffer().write(firstLine).writeByte('\n');
        rest.copyTo(page, 0, Math.min(rest.size(), MAX_BYTES));
        return new ErrorAnswer(200, ErrorBody.of(page.readUtf8(), json), "", null);
    }

    /**
     * Whether Ollama itself answered, by its {@code error} or by its words for a prompt that is too long. The status of
     * a gateway or of a redirect is never taken for its own, since a gateway may dress its 504 as JSON: there the probe
     * tells whether Ollama is to be found.
     */
    boolean isOllamas() {
        if (status < 400 || isGateways(status)) {
            return false;
        }
        return body.hasError() || (TOO_LONG.contains(status) && body.words().tellContextExceeded());
    }

    /** Whether the door is closed to this worker or to one model: no fault of the request's. */
    static boolean isClosedDoor(int status) {
        return status == 401 || status == 403 || (status >= 300 && status <= 399);
    }

    private static boolean isGateways(int status) {
        return status == 502 || status == 504 || (status >= 520 && status <= 530);
    }

    private static ErrorBody body(Response response, ObjectReader json) {
        BufferedSource source = response.body().source();
        String text;
        try {
            source.timeout().deadlineNanoTime(System.nanoTime() + BODY_TIMEOUT.toNanos());
            source.request(MAX_BYTES);
            text = source.getBuffer().readString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            text = "";
        }
        return ErrorBody.of(text, json);
    }

    /** Seconds or a date, which is taken against the answer's own clock where it shows one. */
    private static @Nullable Duration retryAfter(Response response) {
        String value = response.header("Retry-After");
        if (value == null) {
            return null;
        }
        if (value.strip().matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value.strip()));
        }
        Instant until = response.headers().getInstant("Retry-After");
        if (until == null) {
            return null;
        }
        Instant date = response.headers().getInstant("Date");
        Duration wait = Duration.between(date == null ? Instant.now() : date, until);
        return wait.isNegative() ? Duration.ZERO : wait;
    }
}
