package io.chatworker.worker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.settings.Env;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceSettingsTest {

    @Test
    void tracesAreExportedOnlyWhereTheVariablesSayWhere() {
        assertThat(settings(Map.of()).wanted()).isFalse();
        assertThat(settings(Map.of("OTEL_SERVICE_NAME", "x")).wanted()).isFalse();
        assertThat(settings(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"))
                        .wanted())
                .isTrue();
        assertThat(settings(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:4318/v1/traces"))
                        .wanted())
                .isTrue();
        assertThat(settings(Map.of("OTEL_TRACES_EXPORTER", "otlp")).wanted()).isTrue();
        assertThat(settings(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " ")).wanted())
                .isFalse();
    }

    @Test
    void theStandardsSwitchesTurnThemOff() {
        String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
        assertThat(settings(Map.of(endpoint, "http://c", "OTEL_SDK_DISABLED", "true"))
                        .wanted())
                .isFalse();
        assertThat(settings(Map.of(endpoint, "http://c", "OTEL_TRACES_EXPORTER", "none"))
                        .wanted())
                .isFalse();
    }

    @Test
    void theVariablesReachTheSdkByItsOwnNames() {
        assertThat(settings(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318", "OTEL_TRACES_SAMPLER_ARG", "0.1"))
                        .properties())
                .containsEntry("otel.exporter.otlp.endpoint", "http://c:4318")
                .containsEntry("otel.traces.sampler.arg", "0.1")
                .containsEntry("otel.exporter.otlp.protocol", "http/protobuf")
                .containsEntry("otel.service.name", "chat-worker")
                .containsEntry("otel.metrics.exporter", "none");
        assertThat(settings(Map.of("OTEL_SERVICE_NAME", "mine")).properties())
                .containsEntry("otel.service.name", "mine");
    }

    private static TraceSettings settings(Map<String, String> variables) {
        return TraceSettings.from(new Env(variables));
    }
}
