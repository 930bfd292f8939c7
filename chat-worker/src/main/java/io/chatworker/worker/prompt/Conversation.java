package io.chatworker.worker.prompt;

import io.chatworker.contracts.ChatMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns of a conversation, oldest first, and the ways to cut them. Pure functions. */
final class Conversation {

    private Conversation() {}

    /** Without empty turns of the user and the assistant. */
    static List<ChatMessage> withoutEmptyTurns(List<ChatMessage> turns) {
        return turns.stream().filter(turn -> !isEmpty(turn)).toList();
    }

    /** Without turns of the assistant and of tools at the end, so that the last turn of the user comes last. */
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

    /** Without the leading system turn, if there is one; a summary is none. */
    static List<ChatMessage> withoutLeadingSystem(List<ChatMessage> turns) {
        return startsWithSystem(turns) ? turns.subList(1, turns.size()) : turns;
    }

    static boolean startsWithSystem(List<ChatMessage> turns) {
        return !turns.isEmpty()
                && is(turns.getFirst(), ChatMessage.SYSTEM)
                && !turns.getFirst().holdsSummary();
    }

    /**
     * The newest {@code limit} turns; system turns do not count and all stay in place. The cut falls on a turn of the user
     * if one is among the newest. The result of a tool never loses its call, and the last turn stays.
     *
     * @param limit 0 for no cut
     */
    static List<ChatMessage> newest(List<ChatMessage> turns, int limit) {
        List<ChatMessage> spoken =
                turns.stream().filter(turn -> !is(turn, ChatMessage.SYSTEM)).toList();
        if (limit == 0 || spoken.size() <= limit) {
            return turns;
        }
        int start = withCalls(spoken, startOfNewest(spoken, spoken.size() - limit));
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
        return earliest;
    }

    /** The start, or an earlier one, from which every result has its call. */
    private static int withCalls(List<ChatMessage> spoken, int start) {
        int[] calls = calls(spoken);
        int first = start;
        for (int i = spoken.size() - 1; i >= first; i--) {
            first = Math.min(first, calls[i]);
        }
        return first;
    }

    /** For each turn the index of the call that it answers, matched by id if it has one; otherwise its own index. */
    private static int[] calls(List<ChatMessage> spoken) {
        Map<Object, Integer> byId = new HashMap<>();
        int[] calls = new int[spoken.size()];
        int latest = -1;
        for (int i = 0; i < calls.length; i++) {
            ChatMessage turn = spoken.get(i);
            calls[i] = i;
            if (turn.toolCalls() != null) {
                latest = i;
                for (Map<String, Object> call : turn.toolCalls()) {
                    if (call.get("id") != null) {
                        byId.put(call.get("id"), i);
                    }
                }
            } else if (is(turn, ChatMessage.TOOL) && latest >= 0) {
                Integer own = turn.toolCallId() == null ? null : byId.get(turn.toolCallId());
                calls[i] = own == null ? latest : own;
            }
        }
        return calls;
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
