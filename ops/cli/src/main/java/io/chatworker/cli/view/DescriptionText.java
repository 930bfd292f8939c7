package io.chatworker.cli.view;

import io.chatworker.contracts.Description;
import java.util.stream.Collectors;

/** A worker's description for people. */
public final class DescriptionText {

    private static final int INDENT = 11;

    private DescriptionText() {}

    public static String of(Description worker, int width) {
        StringBuilder text = new StringBuilder();
        text.append(worker.worker())
                .append("  version ")
                .append(worker.version())
                .append(", contract ")
                .append(worker.contractVersion())
                .append('\n');
        line(text, width, "answers", worker.inFlight() + " of " + worker.concurrency() + " at once");
        if (worker.paused() != null) {
            line(text, width, "paused", worker.paused());
        }
        line(text, width, "default", worker.defaultModel());
        line(
                text,
                width,
                "models",
                worker.models().stream().map(DescriptionText::model).collect(Collectors.joining(", ")));
        line(text, width, "agents", String.join(", ", worker.agents()));
        line(
                text,
                width,
                "limits",
                worker.limits().entrySet().stream()
                        .map(limit -> limit.getKey() + "=" + limit.getValue())
                        .collect(Collectors.joining(", ")));
        return text.toString();
    }

    /** Its name, what it can, and whether requests may name it. */
    public static String model(Description.Model model) {
        String can = model.capabilities() == null ? "" : " (" + String.join(" ", model.capabilities()) + ")";
        return model.name() + can + (model.allowed() ? "" : " [not allowed]");
    }

    /** Broken between the items of a list, with the rest below the first. */
    private static void line(StringBuilder text, int width, String what, String value) {
        String line = String.format("  %-8s ", what);
        String separator = "";
        for (String item : (value.isEmpty() ? "-" : value).split(", ", -1)) {
            if (!separator.isEmpty() && line.length() + separator.length() + item.length() >= width) {
                text.append(line).append(",\n");
                line = " ".repeat(INDENT);
                separator = "";
            }
            line += separator + item;
            separator = ", ";
        }
        text.append(line).append('\n');
    }
}
