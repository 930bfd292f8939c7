package io.chatworker.worker.tools;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How a call ended, and what there is for the model: a content, JSON's null included, or an error. */
public record ToolEnd(
        ToolOutcome outcome,
        @Nullable JsonNode content,
        @Nullable String error) {

    static ToolEnd answered(JsonNode content) {
        return new ToolEnd(ToolOutcome.CONTENT, content, null);
    }

    /** {@code error}: for the model to read. */
    public static ToolEnd error(ToolOutcome outcome, String error) {
        return new ToolEnd(outcome, null, error);
    }
}
