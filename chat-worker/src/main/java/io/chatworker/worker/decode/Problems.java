package io.chatworker.worker.decode;

import io.chatworker.contracts.Problem;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.prompt.WellFormed;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with one message: as many problems as a person reads, in words that fit into an event and a header,
 * whatever the sender's keys are.
 */
final class Problems {

    private static final int MOST = 50;
    private static final int LONGEST = 500;

    private final List<Problem> problems = new ArrayList<>();

    /** {@code path} is the JSON Pointer of the key. Beyond {@value #MOST} nothing is added. */
    void add(String path, String problem) {
        if (!areMany()) {
            problems.add(new Problem(words(path), words(problem)));
        }
    }

    /** Whether looking for more is of no use. */
    boolean areMany() {
        return problems.size() >= MOST;
    }

    /**
     * Ends the reading.
     *
     * @throws Rejection {@code invalid_request} where there are any
     */
    void check() throws Rejection {
        if (!problems.isEmpty()) {
            throw rejection();
        }
    }

    /** For these, of which there must be one. */
    Rejection rejection() {
        return Rejection.invalid(problems);
    }

    private static String words(String text) {
        return WellFormed.text(text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…");
    }
}
