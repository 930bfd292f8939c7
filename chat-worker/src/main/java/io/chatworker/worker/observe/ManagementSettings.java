package io.chatworker.worker.observe;

import io.chatworker.worker.settings.Env;

/** Port 0 means any free port. */
public record ManagementSettings(int port) {

    public static ManagementSettings from(Env env) {
        return new ManagementSettings(env.integer("MANAGEMENT_PORT", 8081, 0, 65535));
    }
}
