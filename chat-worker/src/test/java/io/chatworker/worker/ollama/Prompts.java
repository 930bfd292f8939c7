package io.chatworker.worker.ollama;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.Overflow;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.prompt.Prompt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;

/** The least that can be asked, and a client to ask it. */
final class Prompts {

    private Prompts() {}

    static Prompt hello() {
        return saying("Hello");
    }

    static Prompt saying(String text) {
        return new Prompt(
                "m:1",
                "general",
                null,
                List.of(ChatMessage.user(text)),
                0,
                0,
                Map.of("num_ctx", 4096),
                new Prompt.Extras(false, null, null, null, null, null),
                new Prompt.Window(4096, ContextWindowReason.DEFAULT),
                Overflow.DROP_OLDEST);
    }

    static OllamaSettings settings(HttpUrl host, Duration firstToken, Duration idle) {
        return new OllamaSettings(host, null, List.of(), null, Duration.ofSeconds(5), firstToken, idle, false, false);
    }

    static OllamaSettings patient(HttpUrl host) {
        return settings(host, Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    static OllamaClient client(OllamaSettings settings) {
        return new OllamaClient(settings, WorkerMapper.get());
    }
}
