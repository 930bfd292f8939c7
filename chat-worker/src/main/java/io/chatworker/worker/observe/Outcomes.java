package io.chatworker.worker.observe;

import io.chatworker.worker.run.Outcome;
import java.util.List;

/** How outcomes are called in metrics, logs and traces. */
final class Outcomes {

    static final String COMPLETED = "completed";
    static final String FAILED = "failed";
    static final String CANCELLED = "cancelled";
    /** The name is older than the word requeue, and stays. */
    static final String HANDED_BACK = "handed_back";

    static final String LOST = "lost";

    /** Those without an error code. */
    static final List<String> WITHOUT_CODE = List.of(COMPLETED, CANCELLED, HANDED_BACK, LOST);

    static final List<String> ALL = List.of(COMPLETED, FAILED, CANCELLED, HANDED_BACK, LOST);

    private Outcomes() {}

    static String label(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed _ -> COMPLETED;
            case Outcome.Failed _ -> FAILED;
            case Outcome.Cancelled _ -> CANCELLED;
            case Outcome.Requeued _ -> HANDED_BACK;
            case Outcome.Lost _ -> LOST;
        };
    }
}
