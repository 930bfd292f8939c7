package io.chatworker.worker.prompt;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that the worker rejects for good: its code, a sentence for people, details for programs. */
public final class Rejection extends Exception {

    private final ErrorCode code;
    private final Map<String, @Nullable Object> details;

    public Rejection(ErrorCode code, String message, Map<String, @Nullable Object> details) {
        super(WellFormed.text(message), null, false, false);
        this.code = code;
        this.details = details;
    }

    /** {@code invalid_request} for these problems, at least one. */
    public static Rejection invalid(List<Problem> problems) {
        Problem first = problems.getFirst();
        String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
        String where = first.path().isEmpty() ? "" : first.path() + ": ";
        return new Rejection(
                ErrorCode.INVALID_REQUEST, where + first.problem() + more, Map.of("problems", List.copyOf(problems)));
    }

    /** {@code invalid_request} for one problem at a path. */
    public static Rejection invalid(String path, String problem) {
        return invalid(List.of(new Problem(path, problem)));
    }

    public ErrorCode code() {
        return code;
    }

    public Map<String, @Nullable Object> details() {
        return details;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
