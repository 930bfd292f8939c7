package io.chatworker.cli.view;

import io.chatworker.contracts.ChatError;
import java.util.List;
import java.util.Map;

/** The problems of an {@code invalid_request} that its message does not tell, one per line. */
final class FailureDetails {

    private FailureDetails() {}

    static List<String> problems(ChatError error) {
        if (error.details() == null || !(error.details().get("problems") instanceof List<?> problems)) {
            return List.of();
        }
        return problems.stream()
                .map(FailureDetails::line)
                .filter(problem -> !error.message().contains(problem))
                .toList();
    }

    private static String line(Object problem) {
        if (problem instanceof Map<?, ?> fields) {
            Object path = fields.get("path");
            boolean whole = path == null || path.toString().isEmpty();
            return whole ? String.valueOf(fields.get("problem")) : path + ": " + fields.get("problem");
        }
        return String.valueOf(problem);
    }
}
