package io.chatworker.worker.broker;

import io.chatworker.contracts.Topology;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.settings.Tls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker is and what the installation's names begin with.
 *
 * @param nodes tried in turn, each with TLS or without as its URI says
 * @param tls for those with TLS; null where the JVM's own trust will do
 * @param declareTopology false: only the control queue is declared, the rest is waited for
 */
public record BrokerSettings(
        List<BrokerNode> nodes, @Nullable Tls tls, Topology topology, boolean declareTopology) {

    public static BrokerSettings from(Env env) {
        List<BrokerNode> nodes =
                env.parsed("RABBITMQ_URI", List.of(BrokerNode.parse("amqp://localhost")), BrokerSettings::nodes);
        Tls tls = Tls.from(env, "RABBITMQ_CA_FILE", "RABBITMQ_CERT_FILE", "RABBITMQ_KEY_FILE");
        if (tls != null && nodes.stream().noneMatch(BrokerNode::tls)) {
            env.problem("RABBITMQ_URI must name an amqps:// node where RABBITMQ_CA_FILE or RABBITMQ_CERT_FILE is set");
        }
        return new BrokerSettings(
                nodes,
                tls,
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
