package io.chatworker.worker.run;

import io.chatworker.worker.ollama.OllamaGate;

/** What every chat of this worker works with: what decides whether and when it is tried, and what its attempts need. */
public record ChatDesk(
        RunSettings settings,
        CheckedPrompts prompts,
        OllamaGate gate,
        SuspectLane lane,
        OtherWorkers others,
        AttemptDesk attempts) {

    /** Who observes the chats. Throws nothing. */
    public ChatListener listener() {
        return attempts.listener();
    }
}
