package io.chatworker.cli;

import io.chatworker.contracts.Description;
import java.util.stream.Collectors;

/** A worker's description for people. */
final class DescriptionText {

    private DescriptionText() {}

    static String of(Description worker) {
        StringBuilder text = new StringBuilder();
        text.append(worker.worker())
                .append("  version ")
                .append(worker.version())
                .append(", contract ")
                .append(worker.contractVersion())
                .append('\n');
        line(text, "answers", worker.inFlight() + " of " + worker.concurrency() + " at once");
        if (worker.paused() != null) {
            line(text, "paused", worker.paused());
        }
        line(text, "default", worker.defaultModel());
        line(
                text,
                "models",
                worker.models().stream().map(DescriptionText::model).collect(Collectors.joining(", ")));
        line(text, "agents", String.join(", ", worker.agents()));
        line(
                text,
                "limits",
                worker.limits().entrySet().stream()
                        .map(limit -> limit.getKey() + "=" + limit.getValue())
                        .collect(Collectors.joining(", ")));
        return text.toString();
    }

    private static String model(Description.Model model) {
        String can = model.capabilities() == null ? "" : " (" + String.join(" ", model.capabilities()) + ")";
        return model.name() + can + (model.allowed() ? "" : " [not allowed]");
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append(String.format("  %-8s %s%n", what, value.isEmpty() ? "-" : value));
    }
}
