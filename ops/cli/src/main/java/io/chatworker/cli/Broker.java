package io.chatworker.cli;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker is and what this installation's names begin with, as the environment says.
 *
 * @param tls for the nodes with TLS; null where the JVM's own trust will do
 */
record Broker(BrokerNodes nodes, @Nullable SSLContext tls, Topology topology) {

    private static final int CONNECT_MILLIS = 5_000;

    static Broker of(Map<String, String> environment) {
        String uri = environment.getOrDefault("RABBITMQ_URI", "").strip();
        return at(uri.isEmpty() ? BrokerNodes.DEFAULT : uri, environment);
    }

    /** Like it, at these nodes. */
    static Broker at(String uri, Map<String, String> environment) {
        String namespace = environment.getOrDefault("CHAT_NAMESPACE", "").strip();
        return new Broker(BrokerNodes.parse(uri), Tls.forBroker(environment), topology(namespace));
    }

    private static Topology topology(String namespace) {
        try {
            return namespace.isEmpty() ? Topology.DEFAULT : new Topology(namespace);
        } catch (IllegalArgumentException e) {
            throw new Trouble(
                    "CHAT_NAMESPACE is not a namespace: " + namespace + ".", "Set it to what the worker has.", e);
        }
    }

    /** A connection to the first node that takes one; the trouble of the last where none does. */
    Connection connect() {
        @Nullable Trouble trouble = null;
        for (URI node : nodes.uris()) {
            try {
                return connect(node);
            } catch (IOException | TimeoutException e) {
                trouble = ConnectTrouble.of(node, e);
            }
        }
        throw trouble == null ? new Trouble("RABBITMQ_URI names no broker.", "Set it.") : trouble;
    }

    private Connection connect(URI node) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        try {
            factory.setUri(node);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Trouble("RABBITMQ_URI cannot be used: " + e.getMessage(), "Correct it and run this again.", e);
        }
        if ("amqps".equals(node.getScheme())) {
            if (tls != null) {
                factory.useSslProtocol(tls);
            }
            factory.enableHostnameVerification();
        }
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(CONNECT_MILLIS);
        factory.setHandshakeTimeout(CONNECT_MILLIS);
        return factory.newConnection("chat cli");
    }
}
