package io.chatworker.worker.run;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.ollama.OllamaFailure;
import org.jspecify.annotations.Nullable;

/** The tries of one delivery: how they are numbered, how many failed, and the latest. For the chat's own thread. */
final class Tries {

    private final int earlierDeliveries;
    private AttemptId next;
    private int begun;
    private int failures;
    private @Nullable Attempt latest;
    private @Nullable OllamaFailure lastFailure;

    Tries(int earlierDeliveries) {
        this.earlierDeliveries = earlierDeliveries;
        this.next = AttemptId.of(earlierDeliveries, 1);
    }

    /** The id of the try to come. */
    AttemptId next() {
        return next;
    }

    /** The try that {@link #next()} named has begun. */
    void began(Attempt attempt) {
        latest = attempt;
        begun++;
        next = AttemptId.of(earlierDeliveries, begun + 1);
    }

    /** Whether this delivery has no number left for another try; the next delivery has numbers of its own. */
    boolean areUsedUp() {
        return begun >= AttemptId.MAX_TRIES;
    }

    void failed(OllamaFailure failure) {
        lastFailure = failure;
    }

    /** Counts a failure that may pass; returns how many there were. */
    int countFailure() {
        return ++failures;
    }

    int failures() {
        return failures;
    }

    @Nullable
    Attempt latest() {
        return latest;
    }

    /** The latest try's id, before the first that of the try to come. */
    AttemptId latestId() {
        return latest == null ? next : latest.id;
    }

    /** Why Ollama was of no use last. */
    ErrorCode lastCode() {
        return lastFailure == null ? ErrorCode.OLLAMA_UNAVAILABLE : lastFailure.code();
    }

    @Nullable
    OllamaFailure lastFailure() {
        return lastFailure;
    }
}
