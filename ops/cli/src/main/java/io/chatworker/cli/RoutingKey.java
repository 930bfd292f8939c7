package io.chatworker.cli;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The routing key of a request: the model's name, by which pools of workers take theirs. */
final class RoutingKey {

    // What a worker answers with when neither request nor settings name a model.
    private static final String DEFAULT_MODEL = "qwen2.5:3b-instruct";
    private static final int AMQP_MAX_BYTES = 255;

    private RoutingKey() {}

    static String of(@Nullable String model) {
        String ours = System.getenv("OLLAMA_MODEL");
        String key = model != null ? model : ours == null || ours.isBlank() ? DEFAULT_MODEL : ours.strip();
        return key.getBytes(StandardCharsets.UTF_8).length > AMQP_MAX_BYTES ? DEFAULT_MODEL : key;
    }
}
