package io.chatworker.worker.testing;

import java.util.List;
import java.util.Map;

/**
 * What a broker of a test's own is told beside its ports.
 *
 * @param lines of {@code rabbitmq.conf}, in which {@code {folder}} stands for where the files are and {@code {tls}} for
 *     where to listen for TLS
 * @param files by name
 */
public record BrokerConfiguration(List<String> lines, Map<String, String> files) {

    static final BrokerConfiguration PLAIN = new BrokerConfiguration(List.of(), Map.of());

    String text(String folder, String tls) {
        return String.join("\n", lines).replace("{folder}", folder).replace("{tls}", tls) + "\n";
    }
}
