package io.chatworker.worker.observe;

import io.chatworker.worker.settings.Env;

/** {@code port} 0 takes any free one. */
public record ManagementSettings(int port) {

    public static ManagementSettings from(Env env) {
        return new ManagementSettings(env.integer("MANAGEMENT_PORT", 8081, 0, 65535));
    }
}
