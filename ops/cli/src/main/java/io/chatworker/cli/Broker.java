package io.chatworker.cli;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.chatworker.client.BrokerNodes;
import io.chatworker.client.NotConnected;
import io.chatworker.contracts.Topology;
import java.util.HashMap;
import java.util.Map;

/** The address of the broker and the namespace of the installation, from the environment. */
record Broker(BrokerNodes nodes, Topology topology) {

    private static final int CONNECT_MILLIS = 5_000;

    static Broker of(Map<String, String> environment) {
        String namespace = environment.getOrDefault("CHAT_NAMESPACE", "").strip();
        BrokerNodes nodes = BrokerNodes.from(environment, problem -> {
            throw Trouble.of(problem, "correct it and run this again");
        });
        return new Broker(nodes, topology(namespace));
    }

    /** The same, at these nodes. */
    static Broker at(String uri, Map<String, String> environment) {
        Map<String, String> other = new HashMap<>(environment);
        other.put("RABBITMQ_URI", uri);
        return of(other);
    }

    private static Topology topology(String namespace) {
        try {
            return namespace.isEmpty() ? Topology.DEFAULT : new Topology(namespace);
        } catch (IllegalArgumentException e) {
            throw new Trouble(
                    "CHAT_NAMESPACE is not a namespace: " + namespace + ".", "Set it to that of the worker.", e);
        }
    }

    /** A connection to the first node that accepts one; if none does, the reason of the last one. */
    Connection connect() {
        try {
            return nodes.connect("chat cli", Broker::configure);
        } catch (NotConnected e) {
            throw Trouble.of(e);
        }
    }

    private static void configure(ConnectionFactory factory) {
        factory.setConnectionTimeout(CONNECT_MILLIS);
        factory.setHandshakeTimeout(CONNECT_MILLIS);
    }
}
