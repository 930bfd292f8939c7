package io.chatworker.worker.prompt;

import org.jspecify.annotations.Nullable;

/** How many characters a call may have so that it fits into the context with its answer. For one thread. */
final class CallSize {

    /** After so many the numbers are of no use. */
    private static final int MAX_CORRECTIONS = 5;

    private final int answerTokens;
    private double chars;
    private int corrections;

    CallSize(int contextTokens, int answerTokens, double charsPerToken) {
        this.answerTokens = answerTokens;
        this.chars = promptTokens(contextTokens) * charsPerToken;
    }

    int chars() {
        return (int) Math.min(chars, Integer.MAX_VALUE);
    }

    /**
     * A call of this many characters was too long after all: from here on fewer are allowed, by the numbers that Ollama
     * gave, if any. False where it was told so too often.
     */
    boolean shrink(long callChars, @Nullable Integer promptTokens, @Nullable Integer contextLength) {
        double most = Math.min(chars, (double) callChars);
        double fits = promptTokens == null || contextLength == null || promptTokens <= 0
                ? most / 2
                : promptTokens(contextLength) * ((double) callChars / promptTokens);
        chars = Math.min(fits, most * ContextFit.ROOM);
        return ++corrections <= MAX_CORRECTIONS;
    }

    /** A small context is shared evenly. */
    private double promptTokens(int contextTokens) {
        return Math.max(contextTokens - (double) answerTokens, contextTokens / 2.0) * ContextFit.ROOM;
    }
}
