package io.chatworker.worker.ollama;

import io.chatworker.contracts.ErrorCode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/**
 * The lines of one answer, pulled by the thread that owns the chat. Ends with a line that is done, or with a failure:
 * an end without it is {@code stream_truncated}, never success.
 *
 * <p>Only waiting for Ollama counts as its silence: the limit runs from the moment a line is asked for, so that a slow
 * broker, which keeps the owner from asking, is not taken for a stalled Ollama.
 */
public final class AnswerStream implements AutoCloseable {

    private final Response response;
    private final BufferedSource source;
    private final LineReader lines;
    private final LineParser parser;
    private final Duration idleTimeout;
    private final long firstTokenDeadline;
    private final Duration firstTokenTimeout;
    private boolean seenToken;
    private int skippedLines;

    AnswerStream(Response response, OllamaSettings settings, long calledAt, ObjectReader json) {
        this.response = response;
        this.source = response.body().source();
        this.lines = new LineReader(source);
        this.parser = new LineParser(json);
        this.idleTimeout = settings.idleTimeout();
        this.firstTokenTimeout = settings.firstTokenTimeout();
        this.firstTokenDeadline = calledAt + firstTokenTimeout.toNanos();
    }

    /**
     * Waits for the next line; one that says nothing, or cannot be read, is {@link AnswerLine#NOTHING}.
     *
     * @throws OllamaFailure where the stream failed, stalled, ended early or was closed by a cancel
     */
    public AnswerLine next() throws OllamaFailure {
        long deadline = seenToken ? System.nanoTime() + idleTimeout.toNanos() : firstTokenDeadline;
        source.timeout().timeout(0, TimeUnit.NANOSECONDS).deadlineNanoTime(deadline);
        byte[] bytes = read();
        if (bytes == null) {
            throw OllamaFailure.passing(ErrorCode.STREAM_TRUNCATED, "Ollama's answer ended before it was done");
        }
        AnswerLine line = parse(bytes);
        seenToken |= line.hasToken();
        return line;
    }

    /** Whether {@link #next()} would return without waiting for Ollama. */
    public boolean hasLineAtHand() {
        return lines.hasLineAtHand();
    }

    /** Lines so far that were no JSON of Ollama's. */
    public int skippedLines() {
        return skippedLines;
    }

    private byte @Nullable [] read() throws OllamaFailure {
        try {
            return lines.next();
        } catch (LineReader.LineTooLong e) {
            throw OllamaFailure.passing(ErrorCode.STREAM_ERROR, "Ollama sent " + e.getMessage());
        } catch (SocketTimeoutException e) {
            throw stalled(seenToken ? idleTimeout : firstTokenTimeout, seenToken);
        } catch (java.io.InterruptedIOException e) {
            // Okio reports a passed deadline so.
            throw stalled(seenToken ? idleTimeout : firstTokenTimeout, seenToken);
        } catch (IOException e) {
            throw OllamaFailure.passing(
                    ErrorCode.STREAM_TRUNCATED, "the connection to Ollama broke before the answer was done");
        }
    }

    private AnswerLine parse(byte[] bytes) throws OllamaFailure {
        if (isBlank(bytes)) {
            return AnswerLine.NOTHING;
        }
        try {
            return parser.parse(bytes);
        } catch (LineParser.Malformed e) {
            skippedLines++;
            return AnswerLine.NOTHING;
        }
    }

    static OllamaFailure stalled(Duration limit, boolean seenToken) {
        String silence = seenToken ? "fell silent in mid-answer" : "gave no first token";
        return OllamaFailure.passing(
                ErrorCode.STREAM_STALLED, "Ollama " + silence + " for " + limit.toMillis() + " ms");
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Gives the connection back where the answer was read to its end, and closes it where it was not. */
    @Override
    public void close() {
        response.close();
    }
}
