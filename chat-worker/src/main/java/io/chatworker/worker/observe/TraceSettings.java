package io.chatworker.worker.observe;

import io.chatworker.worker.settings.Env;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The standard {@code OTEL_…} variables, as properties of OpenTelemetry's SDK.
 *
 * @param wanted whether they say where traces go
 * @see <a href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/">the variables</a>
 */
public record TraceSettings(boolean wanted, Map<String, String> properties) {

    private static final String OTLP = "otlp";

    /** Traces are exported where an endpoint is named, or the exporter is, and nothing switches that off. */
    public static TraceSettings from(Env env) {
        Map<String, String> properties = new LinkedHashMap<>();
        // What the specification recommends, and what a collector's usual port 4318 takes.
        properties.put("otel.exporter.otlp.protocol", "http/protobuf");
        properties.put("otel.service.name", "chat-worker");
        env.variables().forEach((name, value) -> {
            if (name.startsWith("OTEL_") && !value.isBlank()) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value.strip());
            }
        });
        boolean named = properties.containsKey("otel.exporter.otlp.endpoint")
                || properties.containsKey("otel.exporter.otlp.traces.endpoint");
        String exporter = properties.getOrDefault("otel.traces.exporter", named ? OTLP : "none");
        boolean off = properties.getOrDefault("otel.sdk.disabled", "false").equalsIgnoreCase("true")
                || exporter.equals("none");
        properties.put("otel.traces.exporter", exporter);
        // Metrics are Prometheus' to fetch, and logs go to the console.
        properties.put("otel.metrics.exporter", "none");
        properties.put("otel.logs.exporter", "none");
        return new TraceSettings(!off, Map.copyOf(properties));
    }
}
