package io.chatworker.worker.run;

import io.chatworker.worker.ollama.LoadedModels;
import io.chatworker.worker.ollama.OllamaClient;
import io.chatworker.worker.ollama.OllamaGate;
import io.chatworker.worker.publish.Publishing;
import java.util.concurrent.ScheduledExecutorService;
import tools.jackson.databind.json.JsonMapper;

/** What every chat of this worker works with. */
public record ChatDesk(
        String worker,
        RunSettings settings,
        CheckedPrompts prompts,
        OllamaClient ollama,
        OllamaGate gate,
        LoadedModels loaded,
        SuspectLane lane,
        OtherWorkers others,
        Publishing publishing,
        ScheduledExecutorService timer,
        JsonMapper mapper,
        ChatListener listener) {

    /** No chat depends on its listener: what that throws is logged and goes no further. */
    public ChatDesk {
        listener = new CarefulListener(listener);
    }
}
