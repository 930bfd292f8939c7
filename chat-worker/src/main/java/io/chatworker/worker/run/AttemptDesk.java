package io.chatworker.worker.run;

import io.chatworker.worker.ollama.LoadedModels;
import io.chatworker.worker.ollama.OllamaClient;
import io.chatworker.worker.publish.Publishing;
import java.util.concurrent.ScheduledExecutorService;
import tools.jackson.databind.json.JsonMapper;

/** What every attempt works with: the way to Ollama, and the way out. */
public record AttemptDesk(
        String worker,
        OllamaClient ollama,
        LoadedModels loaded,
        Publishing publishing,
        ScheduledExecutorService timer,
        JsonMapper mapper) {}
