package io.chatworker.client;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The broker's nodes, tried in turn, each with TLS or without as its address says.
 *
 * @param tls for those with TLS; null where the JVM's own trust will do
 */
public record BrokerNodes(List<BrokerNode> all, @Nullable Tls tls) {

    /** What stands for an unset {@code RABBITMQ_URI}. */
    public static final String DEFAULT = "amqp://guest:guest@localhost:5672";

    /**
     * By {@code RABBITMQ_URI}, {@code RABBITMQ_CA_FILE}, {@code RABBITMQ_CERT_FILE} and {@code RABBITMQ_KEY_FILE}. An
     * empty variable is as if unset.
     *
     * @param problems takes a sentence for each variable that cannot be used; its default then stands in
     */
    public static BrokerNodes from(Map<String, String> environment, Consumer<String> problems) {
        String text = environment.getOrDefault("RABBITMQ_URI", "").strip();
        List<BrokerNode> nodes = parse(DEFAULT).all;
        try {
            nodes = text.isEmpty() ? nodes : parse(text).all;
        } catch (IllegalArgumentException e) {
            problems.accept("RABBITMQ_URI must be " + e.getMessage());
        }
        Tls tls = Tls.from(environment, "RABBITMQ_CA_FILE", "RABBITMQ_CERT_FILE", "RABBITMQ_KEY_FILE", problems);
        if (tls != null && nodes.stream().noneMatch(BrokerNode::tls)) {
            problems.accept(
                    "RABBITMQ_URI must name an amqps:// node where RABBITMQ_CA_FILE or RABBITMQ_CERT_FILE is set");
        }
        return new BrokerNodes(nodes, tls);
    }

    /**
     * Nodes with commas between them, empty entries left out; with the JVM's own trust.
     *
     * @throws IllegalArgumentException with what is accepted, and nothing of the text: a password stands in it
     */
    public static BrokerNodes parse(String text) {
        List<BrokerNode> nodes = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(BrokerNode::parse)
                .toList();
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException(BrokerNode.ACCEPTED);
        }
        return new BrokerNodes(nodes, null);
    }

    /**
     * Connects to the first node that takes it. The client's own recovery is off unless {@code settings} says
     * otherwise; it sets the time-outs too.
     *
     * @param name shown in the broker's management pages
     * @throws NotConnected where no node takes it
     */
    public Connection connect(String name, Consumer<ConnectionFactory> settings) throws NotConnected {
        return connect(name, ConnectionFactory::new, settings);
    }

    /** Like {@link #connect(String, Consumer)}, with a factory of the caller's kind for each node. */
    public Connection connect(String name, Supplier<ConnectionFactory> factories, Consumer<ConnectionFactory> settings)
            throws NotConnected {
        List<ConnectFailure> failures = new ArrayList<>();
        Exception last = null;
        for (BrokerNode node : all) {
            try {
                ConnectionFactory factory = node.set(factories.get(), tls);
                settings.accept(factory);
                return factory.newConnection(name);
            } catch (IOException | TimeoutException | ShutdownSignalException e) {
                failures.add(ConnectFailure.of(node, e));
                last = e;
            }
        }
        throw new NotConnected(failures, last);
    }
}
