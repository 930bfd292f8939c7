package io.chatworker.worker.testing;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/** RabbitMQ in Docker, on a port that stays the same when it is started again. */
final class ContainerBroker extends TestBroker {

    private static final String FOLDER = "/etc/rabbitmq/test";

    private final RabbitMQContainer container;
    private final int port = FreePorts.one();
    private final int tlsPort = FreePorts.one();
    private final int metricsPort = FreePorts.one();
    private boolean created;

    @SuppressWarnings("resource") // Closed with the JVM, or by the test that asked for it.
    ContainerBroker(String image, BrokerConfiguration configuration) {
        container = new RabbitMQContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("rabbitmq"))
                .withStartupTimeout(START);
        // On every address, as Testcontainers itself does: seen from inside a container, the host is none of ours.
        container.setPortBindings(List.of(port + ":5672", tlsPort + ":5671", metricsPort + ":15692"));
        configuration
                .files()
                .forEach((name, content) ->
                        container.withCopyToContainer(Transferable.of(content), FOLDER + "/" + name));
        container.withCopyToContainer(
                Transferable.of(configuration.text(FOLDER, "5671")), "/etc/rabbitmq/conf.d/90-test.conf");
    }

    @Override
    public int tlsPort() {
        return tlsPort;
    }

    /** The image has the plugin enabled. */
    @Override
    public int metricsPort() {
        return metricsPort;
    }

    @Override
    public String put(String name, String content) {
        container.copyFileToContainer(Transferable.of(content), FOLDER + "/" + name);
        return FOLDER + "/" + name;
    }

    @Override
    public String uri() {
        return "amqp://guest:guest@" + container.getHost() + ":" + port;
    }

    @Override
    public void start() {
        if (created) {
            docker().startContainerCmd(container.getContainerId()).exec();
        } else {
            container.start();
            created = true;
            Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
        }
        awaitConnections(container::isRunning, container::getLogs);
    }

    @Override
    public void stop() {
        docker().stopContainerCmd(container.getContainerId()).withTimeout(20).exec();
    }

    @Override
    public void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void close() {
        container.stop();
    }

    @Override
    public String rabbitmqctl(String... arguments) {
        try {
            ExecResult result = container.execInContainer(Stream.concat(Stream.of("rabbitmqctl"), Stream.of(arguments))
                    .toArray(String[]::new));
            if (result.getExitCode() != 0) {
                throw new IllegalStateException("a command failed: " + result.getStdout() + result.getStderr());
            }
            return result.getStdout();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static DockerClient docker() {
        return DockerClientFactory.instance().client();
    }
}
