package io.chatworker.worker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@code rabbitmq-server} process with folder, node name, cookie and ports of its own, heard on this host only. */
final class ProcessBroker extends TestBroker {

    private static final List<String> COMMANDS =
            List.of("rabbitmqctl", "rabbitmq-diagnostics", "rabbitmq-plugins", "rabbitmq-queues");
    private static final Duration END = Duration.ofSeconds(20);

    private final Path home;
    private final int port = FreePorts.one();
    private final int tlsPort = FreePorts.one();
    private final int metricsPort = FreePorts.one();
    private final String node = "chat-worker-test-" + port + "@localhost";
    private final int epmdPort;
    private final String cookie;
    private final Map<String, String> settings;
    /** Null where the node of another is used. */
    private final @Nullable Process epmd;

    private @Nullable Process server;

    static boolean isInstalled() {
        return SERVERS.stream().anyMatch(script -> Files.isExecutable(Path.of(script)));
    }

    ProcessBroker(BrokerConfiguration configuration) {
        this(configuration, null);
    }

    /** A node that joins the cluster of another, which runs, when it is started for the first time. */
    ProcessBroker(BrokerConfiguration configuration, @Nullable ProcessBroker other) {
        try {
            home = home();
            epmdPort = other == null ? FreePorts.one() : other.epmdPort;
            cookie = other == null ? "CHATWORKER" + port : other.cookie;
            Files.writeString(home.resolve(".erlang.cookie"), cookie);
            Files.setPosixFilePermissions(
                    home.resolve(".erlang.cookie"),
                    Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
            configuration.files().forEach(this::put);
            Files.writeString(
                    home.resolve("rabbitmq.conf"),
                    "listeners.tcp.default = 127.0.0.1:" + port + "\n" + (other == null ? "" : joining(other))
                            + (configuration.hasMetrics() ? metrics() : "")
                            + configuration.text(home.toString(), "127.0.0.1:" + tlsPort));
            Files.writeString(
                    home.resolve("plugins"), configuration.hasMetrics() ? "[rabbitmq_prometheus].\n" : "[].\n");
            Files.writeString(home.resolve("empty"), "");
            settings = settings();
            epmd = other == null ? run("epmd", "-address", "127.0.0.1", "-port", Integer.toString(epmdPort)) : null;
            Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String joining(ProcessBroker other) {
        return "cluster_formation.peer_discovery_backend = classic_config\n"
                + "cluster_formation.classic_config.nodes.1 = " + other.node + "\n"
                + "cluster_formation.classic_config.nodes.2 = " + node + "\n";
    }

    private String metrics() {
        return "prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = " + metricsPort + "\n";
    }

    /** Its name in a cluster. */
    String node() {
        return node;
    }

    /** RabbitMQ's scripts break on spaces. */
    private static Path home() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path below = temporary.toString().contains(" ") ? Path.of("/tmp") : temporary;
        return Files.createTempDirectory(below, "chat-worker-test-broker-");
    }

    private Map<String, String> settings() {
        Map<String, String> named = new HashMap<>(Map.of(
                "HOME", home.toString(),
                "RABBITMQ_NODENAME", node,
                "RABBITMQ_DIST_PORT", Integer.toString(FreePorts.one()),
                "ERL_EPMD_PORT", Integer.toString(epmdPort),
                "ERL_EPMD_ADDRESS", "127.0.0.1",
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}",
                "RABBITMQ_ADVANCED_CONFIG_FILE", home.resolve("none").toString()));
        Map.of(
                        "RABBITMQ_CONF_ENV_FILE", "empty",
                        "RABBITMQ_CONFIG_FILE", "rabbitmq.conf",
                        "RABBITMQ_ENABLED_PLUGINS_FILE", "plugins",
                        "RABBITMQ_MNESIA_BASE", "data",
                        "RABBITMQ_LOG_BASE", "log",
                        "RABBITMQ_PID_FILE", "pid",
                        "RABBITMQ_SCHEMA_DIR", "schema",
                        "RABBITMQ_GENERATED_CONFIG_DIR", "config",
                        "RABBITMQ_PLUGINS_EXPAND_DIR", "expand")
                .forEach((name, file) -> named.put(name, home.resolve(file).toString()));
        return named;
    }

    @Override
    public String uri() {
        return "amqp://guest:guest@127.0.0.1:" + port;
    }

    @Override
    public int tlsPort() {
        return tlsPort;
    }

    @Override
    public int metricsPort() {
        return metricsPort;
    }

    @Override
    public String put(String name, String content) {
        try {
            return Files.writeString(home.resolve(name), content).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void start() {
        Process started = run(script().toString());
        server = started;
        awaitConnections(started::isAlive, this::printed);
    }

    @Override
    public synchronized void stop() {
        if (server != null) {
            end(server);
        }
    }

    /** The script becomes the Erlang VM, so that one pid is the whole broker but for its small helpers. */
    @Override
    public synchronized void kill() {
        if (server != null) {
            List<ProcessHandle> all = new ArrayList<>(server.descendants().toList());
            server.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
            await(server);
        }
    }

    @Override
    public String rabbitmqctl(String... arguments) {
        Path rabbitmqctl = script().resolveSibling("rabbitmqctl");
        return output(run(Stream.concat(Stream.of(rabbitmqctl.toString()), Stream.of(arguments))
                .toArray(String[]::new)));
    }

    @Override
    public Optional<Path> commands() {
        StringBuilder shell = new StringBuilder("#!/bin/sh\n");
        settings.forEach((name, value) -> shell.append("export %s='%s'\n".formatted(name, value)));
        Path folder = home.resolve("commands");
        try {
            Files.createDirectories(folder);
            for (String name : COMMANDS) {
                Path command = Files.writeString(
                        folder.resolve(name), shell + "exec '" + script().resolveSibling(name) + "' \"$@\"\n");
                Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(folder);
    }

    private static Path script() {
        return SERVERS.stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public synchronized void close() {
        stop();
        if (epmd != null) {
            end(epmd);
        }
        remove();
    }

    private Process run(String... command) {
        boolean talks = command[0].endsWith("rabbitmqctl");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (!talks) {
            builder.redirectOutput(
                    ProcessBuilder.Redirect.appendTo(home.resolve("out").toFile()));
        }
        builder.environment().putAll(settings);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String printed() {
        try {
            return Files.readString(home.resolve("out"));
        } catch (IOException e) {
            return "nothing printed";
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        if (!await(process)) {
            process.destroyForcibly();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean await(Process process) {
        try {
            return process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void remove() {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(home)) {
            files.forEach(all::addFirst);
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Left for the system to clean up.
        }
    }
}
