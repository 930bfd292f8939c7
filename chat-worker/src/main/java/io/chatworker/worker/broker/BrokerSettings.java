package io.chatworker.worker.broker;

import io.chatworker.contracts.Topology;
import io.chatworker.worker.settings.Env;
import java.util.List;

/**
 * Where the broker is and what the installation's names begin with.
 *
 * @param nodes tried in turn
 * @param declareTopology false: only the control queue is declared, the rest is waited for
 */
public record BrokerSettings(List<BrokerNode> nodes, Topology topology, boolean declareTopology) {

    public static BrokerSettings from(Env env) {
        return new BrokerSettings(
                env.parsed("RABBITMQ_URI", List.of(BrokerNode.parse("amqp://localhost")), BrokerSettings::nodes),
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

    private static List<BrokerNode> nodes(String text) {
        List<BrokerNode> nodes = Env.split(text).stream().map(BrokerNode::parse).toList();
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException(BrokerNode.ACCEPTED);
        }
        return nodes;
    }
}
