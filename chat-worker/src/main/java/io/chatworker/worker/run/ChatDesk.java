package io.chatworker.worker.run;

import io.chatworker.worker.ollama.OllamaGate;
import io.chatworker.worker.tools.Tools;
import java.util.List;
import java.util.function.Supplier;

/**
 * What every chat of this worker works with: what decides whether and when it is tried, and what its attempts need.
 *
 * @param observers make the listeners of each chat, in the order in which these are called
 */
public record ChatDesk(
        RunSettings settings,
        CheckedPrompts prompts,
        OllamaGate gate,
        SuspectLane lane,
        OtherWorkers others,
        AttemptDesk attempts,
        Tools tools,
        List<Supplier<ChatListener>> observers) {

    /** Whoever observes the next chat. Throws nothing. */
    public ChatListener newListener() {
        return CarefulListeners.of(observers);
    }
}
