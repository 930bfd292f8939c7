package io.chatworker.worker.run;

import io.chatworker.worker.settings.Env;
import java.time.Duration;

/**
 * How long and how often a chat is tried.
 *
 * @param maxDuration from delivery to terminal event, with all tries and waits
 * @param hold how long a request waits here for Ollama before it may go back to the queue
 */
public record RunSettings(int maxAttempts, Duration maxDuration, Duration hold) {

    public static RunSettings from(Env env) {
        return new RunSettings(
                env.integer("CHAT_MAX_ATTEMPTS", 3, 1, 99),
                env.duration(
                        "CHAT_MAX_DURATION", Duration.ofMinutes(20), Duration.ofMillis(10), Duration.ofMinutes(25)),
                env.duration("CHAT_HOLD", Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMinutes(25)));
    }
}
