package io.chatworker.worker.testing;

import java.util.List;
import java.util.Map;

/**
 * What a broker of a test's own is told beside its ports.
 *
 * @param lines of {@code rabbitmq.conf}, in which {@code {folder}} stands for where the files are and {@code {tls}} for
 *     where to listen for TLS
 * @param files by name
 * @param hasMetrics whether it shows Prometheus its metrics, on {@link TestBroker#metricsPort()}
 */
public record BrokerConfiguration(List<String> lines, Map<String, String> files, boolean hasMetrics) {

    static final BrokerConfiguration PLAIN = new BrokerConfiguration(List.of(), Map.of());

    public static final BrokerConfiguration WITH_METRICS = new BrokerConfiguration(List.of(), Map.of(), true);

    public BrokerConfiguration(List<String> lines, Map<String, String> files) {
        this(lines, files, false);
    }

    String text(String folder, String tls) {
        return String.join("\n", lines).replace("{folder}", folder).replace("{tls}", tls) + "\n";
    }
}
