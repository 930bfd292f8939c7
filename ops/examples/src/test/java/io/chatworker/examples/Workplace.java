package io.chatworker.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.chatworker.standin.StandIn;
import io.chatworker.standin.StandInSettings;
import io.chatworker.worker.testing.BrokerConfiguration;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.WorkerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A broker with five virtual hosts, a worker in two of them, and for Ollama the stand-in and a model that calls a tool;
 * for all tests of this module.
 * Clients come as the user {@code publisher} of {@code ops/rabbitmq/definitions.json}.
 */
final class Workplace implements AutoCloseable {

    /** As recorded: two seconds from an answer's first word to its last, in which a client can cancel it. */
    private static final double PACE = 1;

    private static final Path WORKER = Path.of("..", "..", "chat-worker", "target", "chat-worker.jar");

    private final TestBroker broker;
    private final StandIn standIn;
    private final WorkerProcess worker;
    private final ToolModel toolModel = new ToolModel();
    private final WorkerProcess toolWorker;
    private Optional<Hosts> hosts;

    private Workplace() throws Exception {
        assumeTrue(TestBroker.canBePrivate(), "no broker of its own can be started here");
        broker = TestBroker.startPrivate(BrokerConfiguration.WITH_METRICS);
        Definitions definitions = new Definitions();
        definitions.with(definitions.add("work")).with(definitions.add("no-worker"));
        definitions.with(definitions.add("tools"));
        definitions.withUser("user", "password");
        definitions.withoutQueue("no-queue").withSmallQueue("full");
        broker.rabbitmqctl("import_definitions", broker.put("definitions.json", definitions.json()));
        fill("full");
        standIn = StandIn.start(StandInSettings.forTests().withPace(PACE));
        worker = start("work", standIn.url());
        toolWorker = start("tools", toolModel.url());
        worker.ready();
        toolWorker.ready();
    }

    private WorkerProcess start(String vhost, String ollama) {
        return WorkerProcess.startJar(
                WORKER,
                Map.of(
                        "RABBITMQ_URI",
                        uri("guest", "guest", vhost),
                        "OLLAMA_HOST",
                        ollama,
                        "CHAT_CONCURRENCY",
                        "16",
                        "MANAGEMENT_PORT",
                        "0"));
    }

    /** The variables by which the examples find their places. */
    Map<String, String> environment() {
        return Map.of(
                "RABBITMQ_URI", publisher("work"),
                "RABBITMQ_URI_NO_WORKER", publisher("no-worker"),
                "RABBITMQ_URI_NO_QUEUE", publisher("no-queue"),
                "RABBITMQ_URI_FULL", publisher("full"),
                // Who offers a tool and asks needs the rights of two of the users.
                "RABBITMQ_URI_TOOLS", uri("guest", "guest", "tools"));
    }

    /** The variables by which an operator's commands find the first of them. */
    Map<String, String> operatorsEnvironment() {
        return Map.of(
                "RABBITMQ_URI", uri("guest", "guest", "work"),
                "OLLAMA_HOST", standIn.url(),
                "WORKER_PID", Long.toString(worker.pid()));
    }

    /** Hosts and ports as pages name them, and where they are, as curl takes it. */
    List<String> places() {
        return List.of(
                "HOST:8081:127.0.0.1:" + worker.managementPort(),
                "localhost:8081:127.0.0.1:" + worker.managementPort(),
                "OLLAMA:11434:127.0.0.1:" + URI.create(standIn.url()).getPort(),
                "RABBITMQ:15692:127.0.0.1:" + broker.metricsPort());
    }

    /** Lets {@code broker:5672} and {@code ollama:11434} be here; empty where the machine does not. */
    synchronized Optional<Hosts> hosts() {
        if (hosts == null) {
            hosts = Hosts.open(Map.of(
                    5672,
                    URI.create(broker.uri()).getPort(),
                    11434,
                    URI.create(standIn.url()).getPort()));
        }
        return hosts;
    }

    private String publisher(String vhost) {
        return uri(Definitions.USER, Definitions.PASSWORD, vhost);
    }

    private String uri(String user, String password, String vhost) {
        return URI.create(broker.uri(user, password)).resolve("/" + vhost).toString();
    }

    private void fill(String vhost) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(uri("guest", "guest", vhost));
        try (Connection connection = factory.newConnection()) {
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            do {
                channel.basicPublish("chat.requests", "any", MessageProperties.PERSISTENT_BASIC, new byte[0]);
            } while (channel.waitForConfirms(10_000));
        }
    }

    @Override
    public void close() {
        if (hosts != null) {
            hosts.ifPresent(Hosts::close);
        }
        worker.close();
        toolWorker.close();
        toolModel.close();
        standIn.close();
        broker.close();
    }

    /** For all tests of this module. */
    static final class Open extends Shared<Workplace> {
        Open() {
            super(Workplace.class, Workplace::new);
        }

        Map<String, String> environment() {
            return get().environment();
        }

        Map<String, String> operatorsEnvironment() {
            return get().operatorsEnvironment();
        }

        List<String> places() {
            return get().places();
        }

        Optional<Path> brokersCommands() {
            return get().broker.commands();
        }

        Optional<Hosts> hosts() {
            return get().hosts();
        }
    }
}
