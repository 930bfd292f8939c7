package io.chatworker.worker.prompt;

import io.chatworker.contracts.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/** Turns of a conversation, oldest first, and the ways to cut them. Pure functions. */
final class Conversation {

    private Conversation() {}

    /** Without the user's and assistant's turns that say nothing. */
    static List<ChatMessage> withoutEmptyTurns(List<ChatMessage> turns) {
        return turns.stream().filter(turn -> !isEmpty(turn)).toList();
    }

    /** Without the assistant's and the tools' turns at the end, so that the last turn of the user is open again. */
    static List<ChatMessage> reopened(List<ChatMessage> turns) {
        int end = turns.size();
        while (end > 0 && (is(turns.get(end - 1), ChatMessage.ASSISTANT) || is(turns.get(end - 1), ChatMessage.TOOL))) {
            end--;
        }
        return turns.subList(0, end);
    }

    /** Whether the last turn waits for an answer. */
    static boolean isOpen(List<ChatMessage> turns) {
        return !turns.isEmpty() && (is(turns.getLast(), ChatMessage.USER) || is(turns.getLast(), ChatMessage.TOOL));
    }

    /** Without the leading system turn, where there is one. */
    static List<ChatMessage> withoutLeadingSystem(List<ChatMessage> turns) {
        return startsWithSystem(turns) ? turns.subList(1, turns.size()) : turns;
    }

    static boolean startsWithSystem(List<ChatMessage> turns) {
        return !turns.isEmpty() && is(turns.getFirst(), ChatMessage.SYSTEM);
    }

    /**
     * The newest {@code limit} turns, system turns apart, which all stay where they are. The cut falls on a turn of
     * the user where one is among the newest; a tool's result never loses its call; the last turn stays.
     *
     * @param limit 0 for no cut
     */
    static List<ChatMessage> newest(List<ChatMessage> turns, int limit) {
        List<ChatMessage> spoken =
                turns.stream().filter(turn -> !is(turn, ChatMessage.SYSTEM)).toList();
        if (limit == 0 || spoken.size() <= limit) {
            return turns;
        }
        int start = startOfNewest(spoken, spoken.size() - limit);
        List<ChatMessage> kept = new ArrayList<>();
        int position = 0;
        for (ChatMessage turn : turns) {
            if (is(turn, ChatMessage.SYSTEM) || position++ >= start) {
                kept.add(turn);
            }
        }
        return List.copyOf(kept);
    }

    private static int startOfNewest(List<ChatMessage> spoken, int earliest) {
        for (int i = earliest; i < spoken.size(); i++) {
            if (is(spoken.get(i), ChatMessage.USER)) {
                return i;
            }
        }
        for (int i = earliest; i < spoken.size(); i++) {
            if (!is(spoken.get(i), ChatMessage.TOOL)) {
                return i;
            }
        }
        int call = earliest;
        while (call > 0 && is(spoken.get(call), ChatMessage.TOOL)) {
            call--;
        }
        return call;
    }

    private static boolean isEmpty(ChatMessage turn) {
        return (is(turn, ChatMessage.USER) || is(turn, ChatMessage.ASSISTANT))
                && (turn.content() == null || turn.content().isEmpty())
                && (turn.thinking() == null || turn.thinking().isEmpty())
                && (turn.images() == null || turn.images().isEmpty())
                && (turn.toolCalls() == null || turn.toolCalls().isEmpty());
    }

    private static boolean is(ChatMessage turn, String role) {
        return turn.role().equals(role);
    }
}
