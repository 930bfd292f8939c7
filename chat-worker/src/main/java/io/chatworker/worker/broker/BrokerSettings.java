package io.chatworker.worker.broker;

import io.chatworker.client.BrokerNodes;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.settings.Env;
import java.time.Duration;

/**
 * Where the broker is and what the installation's names begin with.
 *
 * @param declareTopology false: only the control queue is declared, the rest is waited for
 * @param topologyCheck how often it is looked whether all of it is still there
 */
public record BrokerSettings(BrokerNodes nodes, Topology topology, boolean declareTopology, Duration topologyCheck) {

    public static BrokerSettings from(Env env) {
        return new BrokerSettings(
                BrokerNodes.from(env.variables(), env::problem),
                env.parsed("CHAT_NAMESPACE", Topology.DEFAULT, BrokerSettings::topology),
                env.flag("CHAT_DECLARE_TOPOLOGY", true),
                env.duration(
                        "CHAT_TOPOLOGY_CHECK", Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofHours(1)));
    }

    private static Topology topology(String namespace) {
        try {
            return new Topology(namespace);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "1 to 64 letters, digits, '_', '-' and single dots between them, not '" + namespace + "'", e);
        }
    }
}
