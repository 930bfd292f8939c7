package io.chatworker.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real broker for all tests of this JVM: {@code TEST_RABBITMQ_URI}, else a private rabbitmq-server process, else one
 * in Docker. Ends with the JVM.
 */
final class TestBroker {

    private static final Duration START = Duration.ofSeconds(90);
    private static final List<Path> SERVERS = List.of(
            Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server"),
            Path.of("/opt/homebrew/sbin/rabbitmq-server"),
            Path.of("/usr/local/sbin/rabbitmq-server"));

    private TestBroker() {}

    static String uri() {
        return Started.URI;
    }

    /** Started once, by the first test that asks. */
    private static final class Started {

        static final String URI = start();

        private static String start() {
            String given = System.getenv("TEST_RABBITMQ_URI");
            if (given != null && !given.isBlank()) {
                return given;
            }
            try {
                for (Path server : SERVERS) {
                    if (Files.isExecutable(server)) {
                        return privateBroker(server);
                    }
                }
                return inDocker();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String privateBroker(Path server) throws IOException {
        // RabbitMQ's scripts break on spaces, which the folder of the build may have.
        Path home = Files.createTempDirectory(
                Path.of("/tmp"),
                "cli-test-broker-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        int port = freePort();
        int epmdPort = freePort();
        Files.writeString(home.resolve("rabbitmq.conf"), "listeners.tcp.default = 127.0.0.1:" + port + "\n");
        Files.writeString(home.resolve("plugins"), "[].\n");
        Files.writeString(home.resolve("empty"), "");
        Process epmd = start(home, Map.of(), "epmd", "-address", "127.0.0.1", "-port", Integer.toString(epmdPort));
        Map<String, String> settings = Map.ofEntries(
                Map.entry("HOME", home.toString()),
                Map.entry("RABBITMQ_NODENAME", "cli-test-" + port + "@localhost"),
                Map.entry("RABBITMQ_DIST_PORT", Integer.toString(freePort())),
                Map.entry("ERL_EPMD_PORT", Integer.toString(epmdPort)),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
                Map.entry("RABBITMQ_CONF_ENV_FILE", home.resolve("empty").toString()),
                Map.entry("RABBITMQ_CONFIG_FILE", home.resolve("rabbitmq.conf").toString()),
                Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", home.resolve("none").toString()),
                Map.entry(
                        "RABBITMQ_ENABLED_PLUGINS_FILE", home.resolve("plugins").toString()),
                Map.entry("RABBITMQ_MNESIA_BASE", home.resolve("data").toString()),
                Map.entry("RABBITMQ_LOG_BASE", home.resolve("log").toString()),
                Map.entry("RABBITMQ_PID_FILE", home.resolve("pid").toString()),
                Map.entry("RABBITMQ_SCHEMA_DIR", home.resolve("schema").toString()),
                Map.entry(
                        "RABBITMQ_GENERATED_CONFIG_DIR", home.resolve("config").toString()),
                Map.entry("RABBITMQ_PLUGINS_EXPAND_DIR", home.resolve("expand").toString()));
        Process broker = start(home, settings, server.toString());
        atExit(() -> {
            end(broker);
            end(epmd);
            remove(home);
        });
        await(port, broker, home);
        return "amqp://guest:guest@127.0.0.1:" + port;
    }

    private static String inDocker() throws IOException {
        int port = freePort();
        String name = "cli-test-broker-" + port;
        Path log = Files.createTempFile("cli-test-broker", ".log");
        Process container = new ProcessBuilder(
                        "docker",
                        "run",
                        "--rm",
                        "--name",
                        name,
                        "-p",
                        "127.0.0.1:" + port + ":5672",
                        "rabbitmq:4-management")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        atExit(() -> {
            try {
                end(new ProcessBuilder("docker", "rm", "-f", "-v", name).start(), Duration.ofSeconds(20));
            } catch (IOException e) {
                container.destroy();
            }
        });
        // Docker's proxy listens before the broker does: its log tells when it is up.
        Instant end = Instant.now().plus(START);
        while (!Files.readString(log).contains("Server startup complete")) {
            if (Instant.now().isAfter(end) || !container.isAlive()) {
                throw new IllegalStateException("no broker for tests: " + Files.readString(log));
            }
            Thread.onSpinWait();
        }
        return "amqp://guest:guest@127.0.0.1:" + port;
    }

    private static Process start(Path home, Map<String, String> settings, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("out").toFile()));
        builder.environment().putAll(settings);
        return builder.start();
    }

    /** The broker opens its port as the last thing of its start. */
    private static void await(int port, Process broker, Path home) throws IOException {
        Instant end = Instant.now().plus(START);
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                if (Instant.now().isAfter(end) || exited(broker)) {
                    throw new IllegalStateException("no broker for tests: " + Files.readString(home.resolve("out")), e);
                }
            }
        }
    }

    private static boolean exited(Process broker) {
        try {
            return broker.waitFor(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void atExit(Runnable work) {
        Runtime.getRuntime().addShutdownHook(new Thread(work));
    }

    private static void end(Process process) {
        process.destroy();
        end(process, Duration.ofSeconds(20));
    }

    private static void end(Process process, Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Path home) {
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
