package io.chatworker.worker.testing;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.BrokerNodes;
import io.chatworker.client.NotConnected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;

/**
 * A real RabbitMQ for tests; never a mock.
 *
 * <p>{@link #shared()} is one broker for this JVM, the first of these that is to be had: {@code TEST_RABBITMQ_URI}, a
 * container ({@code TEST_RABBITMQ_IMAGE}, {@code rabbitmq:4-management} by default), a private {@code rabbitmq-server}
 * process. {@link #breakable()} is another one for this JVM, which its tests stop and kill one after the other. All that
 * is started here ends with the JVM.
 */
public abstract sealed class TestBroker implements AutoCloseable
        permits GivenBroker, ContainerBroker, ProcessBroker, ProcessCluster {

    static final Duration START = Duration.ofSeconds(90);

    private static final String URI_VARIABLE = "TEST_RABBITMQ_URI";
    private static final String IMAGE_VARIABLE = "TEST_RABBITMQ_IMAGE";
    private static final String NONE = "no RabbitMQ for tests: set " + URI_VARIABLE
            + " to one, or start Docker, or install a server (apt-get install rabbitmq-server)";

    /** The broker that all tests of this JVM share; each uses a namespace of its own on it. */
    public static TestBroker shared() {
        return Shared.BROKER;
    }

    /**
     * The broker that tests stop and kill. It runs when this returns, and keeps what earlier tests left; a test leaves
     * alarms cleared and permissions as they were.
     */
    public static TestBroker breakable() {
        TestBroker broker = Breakable.BROKER;
        if (!broker.takesConnections()) {
            broker.start();
        }
        return broker;
    }

    /**
     * A broker that nobody else uses: a container where {@code TEST_RABBITMQ_IMAGE} asks for one, else the process,
     * which starts sooner, else a container.
     */
    public static TestBroker startPrivate() {
        return startPrivate(BrokerConfiguration.PLAIN);
    }

    /** Like {@link #startPrivate()}, configured by the test. */
    public static TestBroker startPrivate(BrokerConfiguration configuration) {
        boolean wantsContainer = !environment(IMAGE_VARIABLE, "").isEmpty();
        if (ProcessBroker.isInstalled() && !(wantsContainer && hasDocker())) {
            return started(new ProcessBroker(configuration));
        }
        if (hasDocker()) {
            return started(new ContainerBroker(image(), configuration));
        }
        throw new IllegalStateException(NONE);
    }

    /** Whether {@link #startPrivate()} has anything to start. */
    public static boolean canBePrivate() {
        return ProcessBroker.isInstalled() || hasDocker();
    }

    /** Three nodes on this host, of which a test may kill one; there must be a server {@link #isServerInstalled()}. */
    public static ProcessCluster startCluster() {
        ProcessCluster cluster = new ProcessCluster();
        cluster.start();
        return cluster;
    }

    /** Whether brokers can be started as processes. */
    public static boolean isServerInstalled() {
        return ProcessBroker.isInstalled();
    }

    /** Where it is. Stays the same when it is started again. */
    public abstract String uri();

    /** Starts it, again where it was stopped or killed: with the data it had. Waits until it takes connections. */
    public abstract void start();

    /** Ends it in an orderly way. */
    public abstract void stop();

    /** Ends it as a crash does. */
    public abstract void kill();

    /** Runs {@code rabbitmqctl} on it and returns what it printed. */
    public abstract String rabbitmqctl(String... arguments);

    /**
     * A folder for the front of a {@code PATH}, in which {@code rabbitmqctl} and its like speak to this broker; empty where
     * it is no process of this machine.
     */
    public Optional<Path> commands() {
        return Optional.empty();
    }

    /** Lays a file where the broker can read it; its path there. */
    public abstract String put(String name, String content);

    /** The port of its TLS listener on this host, where its configuration has one. */
    public abstract int tlsPort();

    /** The port on this host where it shows its metrics, where its configuration has them. */
    public abstract int metricsPort();

    /** The plain listener's address for another user. */
    public String uri(String user, String password) {
        URI uri = URI.create(uri());
        return "amqp://" + user + ":" + password + "@" + uri.getHost() + ":" + uri.getPort();
    }

    @Override
    public void close() {
        stop();
    }

    /** A connection without recovery. */
    public Connection connect() {
        return connect(uri());
    }

    /** A connection without recovery, as another user. */
    public Connection connect(String user, String password) {
        return connect(uri(user, password));
    }

    /** Does something on a connection of its own. */
    public <T> T with(Queues.Work<T> work) {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            return work.on(channel);
        } catch (IOException | TimeoutException e) {
            throw new UncheckedIOException(e instanceof IOException io ? io : new IOException(e));
        }
    }

    private Connection connect(String uri) {
        try {
            return BrokerNodes.parse(uri).connect("test", factory -> {
                factory.setConnectionTimeout(5_000);
                factory.setSharedExecutor(Executors.newVirtualThreadPerTaskExecutor());
            });
        } catch (NotConnected e) {
            throw new IllegalStateException("no connection to the test broker", e);
        }
    }

    /** Waits until connections are taken; {@code alive} false ends the wait. */
    void awaitConnections(java.util.function.BooleanSupplier alive, java.util.function.Supplier<String> output) {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                connect().abort(1_000);
                return;
            } catch (IllegalStateException e) {
                if (System.nanoTime() > deadline || !alive.getAsBoolean()) {
                    throw new IllegalStateException(
                            "the broker for tests did not start: " + e.getCause() + "; it printed " + output.get(), e);
                }
                Waits.pause(Duration.ofMillis(100));
            }
        }
    }

    private boolean takesConnections() {
        try {
            connect().abort(1_000);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Runs a command to its end, within half a minute. */
    static String output(Process process) {
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("a command failed: " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static TestBroker started(TestBroker broker) {
        broker.start();
        return broker;
    }

    private static String image() {
        return environment(IMAGE_VARIABLE, "rabbitmq:4-management");
    }

    private static boolean hasDocker() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    private static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value.strip();
    }

    /** Started once, by the first test that asks. */
    private static final class Shared {

        static final TestBroker BROKER = start();

        private static TestBroker start() {
            String given = environment(URI_VARIABLE, "");
            if (!given.isEmpty()) {
                return new GivenBroker(given);
            }
            if (hasDocker()) {
                return started(new ContainerBroker(image(), BrokerConfiguration.PLAIN));
            }
            if (ProcessBroker.isInstalled()) {
                return started(new ProcessBroker(BrokerConfiguration.PLAIN));
            }
            throw new IllegalStateException(NONE);
        }
    }

    /** Started once, like it. */
    private static final class Breakable {

        static final TestBroker BROKER = startPrivate();
    }

    /** Where RabbitMQ's script is on Debian, and on macOS by Homebrew. */
    static final List<String> SERVERS = List.of(
            "/usr/lib/rabbitmq/bin/rabbitmq-server",
            "/opt/homebrew/sbin/rabbitmq-server",
            "/usr/local/sbin/rabbitmq-server");
}
