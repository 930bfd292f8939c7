package io.chatworker.worker.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A conversation that is too long for a model, which says so; what has to go takes one call to summarize. */
public final class LongConversation {

    /** What the model says of it. */
    public static final String EXCEEDED =
            "request (7000 tokens) exceeds the available context size (6000 tokens), try increasing it";

    private LongConversation() {}

    /** A request with 21 turns before the question, the first a system turn. */
    public static Ask toSummarize() {
        List<Object> turns = new ArrayList<>();
        turns.add(Map.of("role", "system", "content", "You are terse."));
        turns.addAll(rounds());
        return Ask.message("the question").with("messages", turns).with("overflow", "summarize");
    }

    /** Ten rounds of two turns. */
    public static List<Object> rounds() {
        List<Object> turns = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            turns.add(Map.of("role", "user", "content", "question " + i + " lorem ipsum".repeat(15)));
            turns.add(Map.of("role", "assistant", "content", "answer " + i + " lorem ipsum".repeat(15)));
        }
        return turns;
    }
}
