package io.chatworker.worker;

import java.util.Locale;
import java.util.Map;

/** How the log is written. */
enum LogFormat {
    /** Lines for people. */
    TEXT,
    /** A JSON object a line, with the fields of the Elastic Common Schema. */
    JSON;

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Spring Boot's properties for it. */
    Map<String, Object> properties(String version) {
        return switch (this) {
            case TEXT -> Map.of();
            case JSON ->
                Map.of("logging.structured.format.console", "ecs", "logging.structured.ecs.service.version", version);
        };
    }
}
