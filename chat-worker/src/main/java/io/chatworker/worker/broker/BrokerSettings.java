package io.chatworker.worker.broker;

import io.chatworker.client.BrokerNodes;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.settings.Env;

/**
 * Where the broker is and what the installation's names begin with.
 *
 * @param declareTopology false: only the control queue is declared, the rest is waited for
 */
public record BrokerSettings(BrokerNodes nodes, Topology topology, boolean declareTopology) {

    public static BrokerSettings from(Env env) {
        return new BrokerSettings(
                BrokerNodes.from(env.variables(), env::problem),
                env.parsed("CHAT_NAMESPACE", Topology.DEFAULT, BrokerSettings::topology),
                env.flag("CHAT_DECLARE_TOPOLOGY", true));
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
