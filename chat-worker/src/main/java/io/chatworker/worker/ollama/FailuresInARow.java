package io.chatworker.worker.ollama;

import org.jspecify.annotations.Nullable;

/** How many requests in a row have ended at Ollama in a way that may be Ollama's fault. For one thread at a time. */
final class FailuresInARow {

    private final int limit;
    private int length;

    FailuresInARow(int limit) {
        this.limit = limit;
    }

    /**
     * Counts how a request ended.
     *
     * @param failure null where it was answered
     * @return whether the row is as long as it may be; it then begins again
     */
    boolean endsWith(@Nullable OllamaFailure failure) {
        if (failure != null && failure.countsForBreaker()) {
            length = (length + 1) % limit;
            return length == 0;
        }
        if (failure == null || failure.isOllamas()) {
            length = 0;
        }
        return false;
    }

    void clear() {
        length = 0;
    }

    int limit() {
        return limit;
    }
}
