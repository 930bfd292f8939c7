package io.chatworker.worker.ollama;

import io.chatworker.contracts.ErrorCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/**
 * The lines of one answer, pulled by the thread that owns the chat. Ends with a line that is done, or with a failure:
 * an end without it is {@code stream_truncated}, never success, and so is a model that was loaded and not asked. An
 * answer whose first line is no JSON object is a page of something other than Ollama.
 *
 * <p>Only waiting for Ollama counts as its silence: the limit runs from the moment a line is asked for, so that a slow
 * broker, which keeps the owner from asking, is not taken for a stalled Ollama.
 */
public final class AnswerStream implements AutoCloseable {

    private final Response response;
    private final BufferedSource source;
    private final LineReader lines;
    private final LineParser parser;
    private final Judge judge;
    private final ObjectReader json;
    private final Duration idleTimeout;
    private final long firstTokenDeadline;
    private final Duration firstTokenTimeout;
    private boolean seenLine;
    private boolean seenToken;
    private int skippedLines;

    AnswerStream(Response response, OllamaSettings settings, long calledAt, Judge judge, ObjectReader json) {
        this.response = response;
        this.source = response.body().source();
        this.lines = new LineReader(source);
        this.parser = new LineParser(json);
        this.judge = judge;
        this.json = json;
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
            throw OllamaFailure.mayPass(ErrorCode.STREAM_TRUNCATED, "Ollama's answer ended before it was done");
        }
        AnswerLine line = parse(bytes);
        seenToken |= line.hasToken();
        if (!seenToken && line.done() != null && line.done().isOnlyLoading()) {
            throw OllamaFailure.mayPass(ErrorCode.STREAM_TRUNCATED, "Ollama loaded the model and gave no answer");
        }
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
            throw OllamaFailure.mayPass(ErrorCode.STREAM_ERROR, "Ollama sent " + e.getMessage());
        } catch (InterruptedIOException e) {
            // A socket's time-out is one, and so is Okio's word for a passed deadline.
            throw seenToken
                    ? stalled("fell silent in mid-answer", idleTimeout)
                    : stalled("gave no first token", firstTokenTimeout);
        } catch (IOException e) {
            throw OllamaFailure.mayPass(
                    ErrorCode.STREAM_TRUNCATED, "the connection to Ollama broke before the answer was done");
        }
    }

    private AnswerLine parse(byte[] bytes) throws OllamaFailure {
        if (isBlank(bytes)) {
            return AnswerLine.NOTHING;
        }
        boolean isFirst = !seenLine;
        seenLine = true;
        try {
            return parser.parse(bytes);
        } catch (LineParser.Malformed e) {
            if (isFirst && !e.isObject() && !isCutObject(bytes)) {
                throw judge.of(ErrorAnswer.ofPage(bytes, source.getBuffer(), json));
            }
            skippedLines++;
            return AnswerLine.NOTHING;
        }
    }

    /** A line that breaks off is the stream's trouble, not a page. */
    private boolean isCutObject(byte[] line) {
        return line[0] == '{' && lines.isLastCut();
    }

    static OllamaFailure stalled(String silence, Duration limit) {
        return OllamaFailure.mayPass(
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
