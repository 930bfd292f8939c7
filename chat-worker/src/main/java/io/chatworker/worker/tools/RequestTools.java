package io.chatworker.worker.tools;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ExecutedToolCall;
import io.chatworker.worker.stop.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The tools of one request over all its tries in one delivery: how many rounds are left, and what was called so far. For
 * the chat's own thread.
 */
public final class RequestTools {

    private final ToolRequest request;
    private final Tools tools;
    private final IdempotencyKeys keys;
    private final List<ExecutedToolCall> executed = new ArrayList<>();
    private int roundsLeft;

    RequestTools(ToolRequest request, Tools tools) {
        this.request = request;
        this.tools = tools;
        this.keys = new IdempotencyKeys(request.requestId());
        this.roundsLeft = Math.min(request.rounds(), tools.settings().maxRounds());
    }

    /** Whether calls that the model makes next are to be carried out. */
    public boolean hasRoundsLeft() {
        return roundsLeft > 0;
    }

    /** The calls of all rounds so far that came to their end, in their order; null where there were none. */
    public @Nullable List<ExecutedToolCall> executed() {
        return executed.isEmpty() ? null : List.copyOf(executed);
    }

    /**
     * Has the calls of a turn carried out, and waits until each has ended.
     *
     * @param attempt the number of the try that the calls belong to
     * @param run its random id
     * @param stopped ends the waiting at once
     * @return the turns of the tools, in the order of the calls; empty where it was stopped
     */
    public <X extends Exception> Optional<List<ChatMessage>> carryOut(
            List<Map<String, Object>> calls, int attempt, String run, StopSignal stopped, RoundEvents<X> events)
            throws X {
        roundsLeft--;
        Round<X> round = new Round<>(new Caller(request, attempt, run, keys), tools, stopped, events);
        List<AskedCall> asked = calls.stream().map(AskedCall::of).toList();
        Optional<List<ExecutedToolCall>> ended = round.carryOut(asked);
        if (ended.isEmpty()) {
            return Optional.empty();
        }
        executed.addAll(ended.get());
        List<ChatMessage> turns = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            turns.add(turn(asked.get(i), ended.get().get(i)));
        }
        return Optional.of(turns);
    }

    private ChatMessage turn(AskedCall asked, ExecutedToolCall ended) {
        String name = asked.name().isEmpty() ? null : asked.name();
        return new ChatMessage(ChatMessage.TOOL, text(ended), null, null, null, name, asked.id(), null);
    }

    private String text(ExecutedToolCall ended) {
        if (ended.error() != null) {
            return tools.mapper().writeValueAsString(Map.of("error", ended.error()));
        }
        return ended.content() instanceof JsonNode content && content.isString()
                ? content.stringValue()
                : tools.mapper().writeValueAsString(ended.content());
    }
}
