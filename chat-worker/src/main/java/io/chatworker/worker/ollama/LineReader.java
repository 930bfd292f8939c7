package io.chatworker.worker.ollama;

import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Lines of bytes out of a stream that breaks them wherever it likes; the last needs no newline. */
final class LineReader {

    /** More than Ollama's own cap of 8,000,000 bytes for a line. */
    static final long MAX_LINE_BYTES = 8 * 1024 * 1024;

    /** A line longer than {@link #MAX_LINE_BYTES}. */
    static final class LineTooLong extends IOException {
        LineTooLong() {
            super("a line over " + MAX_LINE_BYTES + " bytes");
        }
    }

    private final BufferedSource source;
    private boolean isLastCut;

    LineReader(BufferedSource source) {
        this.source = source;
    }

    /** The next line without its newline, or null at the end. */
    byte @Nullable [] next() throws IOException {
        long newline = source.indexOf((byte) '\n', 0, MAX_LINE_BYTES + 1);
        if (newline >= 0) {
            byte[] line = source.readByteArray(newline);
            source.skip(1);
            return line;
        }
        if (source.getBuffer().size() > MAX_LINE_BYTES) {
            throw new LineTooLong();
        }
        isLastCut = true;
        return source.exhausted() ? null : source.readByteArray();
    }

    /** Whether the stream ended without a newline behind the last line. */
    boolean isLastCut() {
        return isLastCut;
    }

    /** Whether a whole line is there already, so that {@link #next()} will not wait. */
    boolean hasLineAtHand() {
        return source.getBuffer().indexOf((byte) '\n') >= 0;
    }
}
