package io.chatworker.worker.ollama;

import io.chatworker.worker.settings.Env;

/**
 * When the gate closes.
 *
 * @param breaker after how many requests in a row that failed in passing
 */
public record GateSettings(int breaker) {

    public static GateSettings from(Env env) {
        return new GateSettings(env.integer("CHAT_BREAKER", 5, 1, 1_000_000));
    }
}
