package io.chatworker.worker.ollama;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One line of an answer. Any line may carry text, the last one included.
 *
 * @param content empty where there is none
 * @param thinking empty where there is none
 * @param toolCalls a non-empty array of objects, or null
 * @param logprobs a non-empty array of objects, or null
 * @param done the figures, on the last line only
 */
public record AnswerLine(
        String content,
        String thinking,
        @Nullable JsonNode toolCalls,
        @Nullable JsonNode logprobs,
        @Nullable Done done) {

    /** A line that says nothing. */
    public static final AnswerLine NOTHING = new AnswerLine("", "", null, null, null);

    /** Whether the model said anything in it. */
    public boolean hasToken() {
        return !content.isEmpty() || !thinking.isEmpty() || toolCalls != null || logprobs != null;
    }

    /**
     * What the last line tells; Ollama leaves out what is zero. Durations in nanoseconds.
     *
     * @param reason {@code stop}, {@code length} …; null where Ollama gave none
     */
    public record Done(
            @Nullable String reason,
            long loadDuration,
            int promptEvalCount,
            long promptEvalDuration,
            int evalCount,
            long evalDuration) {

        /** All of both, ended as the later. */
        public Done and(Done later) {
            return new Done(
                    later.reason,
                    loadDuration + later.loadDuration,
                    promptEvalCount + later.promptEvalCount,
                    promptEvalDuration + later.promptEvalDuration,
                    evalCount + later.evalCount,
                    evalDuration + later.evalDuration);
        }

        /** Tokens of prompt and answer. */
        public int tokens() {
            return promptEvalCount + evalCount;
        }

        /** Whether the model was loaded or unloaded, and nothing else. */
        boolean isOnlyLoading() {
            return "load".equals(reason) || "unload".equals(reason);
        }
    }
}
