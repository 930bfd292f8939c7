package io.chatworker.worker.prompt;

import io.chatworker.contracts.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shortens a prompt by whole rounds, the oldest first. A round is a turn of the user and everything up to the next one.
 * System turns and the round with the turn to answer stay. Pure functions.
 */
final class ContextFit {

    /** Leaves some room, because estimates count characters. */
    static final double ROOM = 0.9;

    private ContextFit() {}

    /**
     * Drops at least one of the oldest rounds, and as many as it takes for the rest to fit; empty if there is none to
     * drop. Without numbers, drops half of the rounds.
     */
    static Optional<Prompt> shorter(Prompt prompt, @Nullable Integer promptTokens, @Nullable Integer contextLength) {
        int most = contextLength == null ? 0 : (int) (contextLength * ROOM);
        List<List<ChatMessage>> rounds = oldest(prompt, promptTokens, contextLength == null ? null : most);
        return rounds.isEmpty() ? Optional.empty() : Optional.of(prompt.without(joined(rounds)));
    }

    /**
     * The oldest rounds, as many as have to go for at most {@code most} tokens to stay, but at least one where there is
     * one. Without numbers, half of the rounds.
     *
     * @param promptTokens of the whole prompt
     */
    static List<List<ChatMessage>> oldest(Prompt prompt, @Nullable Integer promptTokens, @Nullable Integer most) {
        List<List<ChatMessage>> rounds = droppableRounds(prompt.turns());
        int gone = promptTokens == null || most == null || promptTokens <= 0
                ? (rounds.size() + 1) / 2
                : roundsOver(prompt, rounds, (double) most / promptTokens);
        return rounds.subList(0, gone);
    }

    static List<ChatMessage> joined(List<List<ChatMessage>> rounds) {
        return rounds.stream().flatMap(List::stream).toList();
    }

    /** Characters of all that is sent. */
    static long length(Prompt prompt) {
        return length(prompt.messages());
    }

    /** How many of the oldest rounds to drop so that at most this share of the prompt's characters stays. */
    private static int roundsOver(Prompt prompt, List<List<ChatMessage>> rounds, double share) {
        long total = length(prompt);
        long tooMany = total - (long) (total * share);
        int dropped = 0;
        while (dropped < rounds.size() && (dropped == 0 || tooMany > 0)) {
            tooMany -= length(rounds.get(dropped++));
        }
        return dropped;
    }

    private static List<List<ChatMessage>> droppableRounds(List<ChatMessage> turns) {
        List<List<ChatMessage>> rounds = new ArrayList<>();
        for (ChatMessage turn : turns) {
            if (turn.role().equals(ChatMessage.SYSTEM)) {
                continue;
            }
            if (rounds.isEmpty() || turn.role().equals(ChatMessage.USER)) {
                rounds.add(new ArrayList<>());
            }
            rounds.getLast().add(turn);
        }
        return rounds.isEmpty() ? rounds : rounds.subList(0, rounds.size() - 1);
    }

    private static long length(List<ChatMessage> turns) {
        return turns.stream().mapToLong(ContextFit::length).sum();
    }

    private static long length(ChatMessage turn) {
        long text = turn.content() == null ? 0 : turn.content().length();
        long thinking = turn.thinking() == null ? 0 : turn.thinking().length();
        long calls = turn.toolCalls() == null ? 0 : turn.toolCalls().toString().length();
        return text + thinking + calls;
    }
}
