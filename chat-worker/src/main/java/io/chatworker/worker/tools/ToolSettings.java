package io.chatworker.worker.tools;

import io.chatworker.worker.settings.Env;
import java.time.Duration;

/**
 * How far tools may be called.
 *
 * @param maxRounds how often a request may have its model's calls carried out at most; 0 for never
 * @param timeout how long a call waits for its result at most
 * @param maxResultBytes a larger result is an error
 */
public record ToolSettings(int maxRounds, Duration timeout, int maxResultBytes) {

    private static final int KIB = 1024;

    public static ToolSettings from(Env env) {
        return new ToolSettings(
                env.integer("CHAT_MAX_TOOL_ROUNDS", 8, 0, 100),
                env.duration(
                        "CHAT_TOOL_TIMEOUT", Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofMinutes(25)),
                env.size("CHAT_MAX_TOOL_RESULT_BYTES", 256 * KIB, 64, 64 * KIB * KIB));
    }
}
