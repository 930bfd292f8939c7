package io.chatworker.cli;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The routing key of a request: the name of the model, to which pools of workers bind their queues. */
final class RoutingKey {

    // The model of a worker when neither request nor settings name one.
    private static final String DEFAULT_MODEL = "qwen2.5:3b-instruct";
    private static final int AMQP_MAX_BYTES = 255;

    private RoutingKey() {}

    static String of(@Nullable String model) {
        String ours = System.getenv("OLLAMA_MODEL");
        String key = model != null ? model : ours == null || ours.isBlank() ? DEFAULT_MODEL : ours.strip();
        return key.getBytes(StandardCharsets.UTF_8).length > AMQP_MAX_BYTES ? DEFAULT_MODEL : key;
    }
}
