package io.chatworker.worker.testing;

import com.rabbitmq.client.Connection;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Three {@code rabbitmq-server} processes that are one broker. */
public final class ProcessCluster extends TestBroker {

    private final List<ProcessBroker> nodes;

    ProcessCluster() {
        ProcessBroker first = new ProcessBroker(BrokerConfiguration.PLAIN);
        nodes = List.of(
                first,
                new ProcessBroker(BrokerConfiguration.PLAIN, first),
                new ProcessBroker(BrokerConfiguration.PLAIN, first));
    }

    /** All nodes, with commas between, as {@code RABBITMQ_URI} takes them. */
    @Override
    public String uri() {
        return nodes.stream().map(TestBroker::uri).collect(Collectors.joining(","));
    }

    @Override
    public void start() {
        nodes.forEach(TestBroker::start);
    }

    @Override
    public void stop() {
        nodes.reversed().forEach(TestBroker::stop);
    }

    @Override
    public void kill() {
        nodes.forEach(TestBroker::kill);
    }

    /** Kills the node that leads this quorum queue, and returns it, to be started again. */
    public TestBroker killLeaderOf(String queue) {
        String leader = leaderOf(queue);
        ProcessBroker node = nodes.stream()
                .filter(one -> one.node().equals(leader))
                .findFirst()
                .orElseThrow();
        node.kill();
        return node;
    }

    /** The node that {@link #partition} cuts off. */
    public TestBroker minority() {
        return nodes.getLast();
    }

    /**
     * One node and the others do not hear each other any more, while all take clients: none trusts the other's cookie.
     *
     * @see <a href="https://www.rabbitmq.com/docs/partitions">RabbitMQ: Clustering and Network Partitions</a>
     */
    public void partition() {
        minority()
                .rabbitmqctl(
                        "eval",
                        "[begin erlang:set_cookie(N, partitioned), erlang:disconnect_node(N) end || N <- nodes()].");
    }

    /** Ends it, and restarts what runs on the one node, which takes over what the others know. */
    public void heal() {
        minority()
                .rabbitmqctl(
                        "eval",
                        "[begin erlang:set_cookie(N, erlang:get_cookie()), net_kernel:connect_node(N) end"
                                + " || N <- rabbit_nodes:all(), N =/= node()].");
        minority().rabbitmqctl("stop_app");
        minority().rabbitmqctl("start_app");
    }

    /** The nodes that do not lead this quorum queue, as {@code RABBITMQ_URI} takes them. */
    public String uriBeside(String queue) {
        String leader = leaderOf(queue);
        return nodes.stream()
                .filter(one -> !one.node().equals(leader))
                .map(TestBroker::uri)
                .collect(Collectors.joining(","));
    }

    private String leaderOf(String queue) {
        for (JsonNode listed :
                Json.of(rabbitmqctl("-q", "list_queues", "name", "leader", "members", "--formatter", "json"))) {
            if (listed.path("name").asString().equals(queue)) {
                if (listed.path("members").size() != nodes.size()) {
                    throw new IllegalStateException(queue + " is not on every node: " + listed);
                }
                return listed.path("leader").asString();
            }
        }
        throw new IllegalStateException("no queue " + queue);
    }

    @Override
    public String rabbitmqctl(String... arguments) {
        return nodes.getLast().rabbitmqctl(arguments);
    }

    @Override
    public String put(String name, String content) {
        throw new UnsupportedOperationException("the nodes of a cluster are plain ones");
    }

    @Override
    public int tlsPort() {
        throw new UnsupportedOperationException("the nodes of a cluster are plain ones");
    }

    @Override
    public int metricsPort() {
        throw new UnsupportedOperationException("the nodes of a cluster are plain ones");
    }

    /** To the first node that answers. */
    @Override
    public Connection connect() {
        IllegalStateException last = null;
        for (ProcessBroker node : nodes) {
            try {
                return node.connect();
            } catch (IllegalStateException e) {
                last = e;
            }
        }
        throw new IllegalStateException("no node answers", last);
    }

    @Override
    public void close() {
        nodes.reversed().forEach(TestBroker::close);
    }
}
