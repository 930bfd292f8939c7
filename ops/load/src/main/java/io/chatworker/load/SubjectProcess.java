package io.chatworker.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A running subject. */
final class SubjectProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(45);
    private static final int POLL_MS = 10;
    private static final List<String> FOREIGN = List.of("CHAT_", "OLLAMA_", "RABBITMQ_", "MANAGEMENT_", "JDK_JAVA_");

    private final String name;
    private final Process process;
    private final Path log;
    private final int port;
    private final Thread killer;
    private final long startedAt = System.nanoTime();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private SubjectProcess(String name, Process process, Path log, int port) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.port = port;
        this.killer = new Thread(process::destroyForcibly);
        // So that even an interrupted run does not leave it behind.
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /** Starts it with these variables and a management port of its own. */
    static SubjectProcess start(String name, List<String> command, Map<String, String> environment, Path logs)
            throws IOException {
        Files.createDirectories(logs);
        Path log = logs.resolve(name.replaceAll("[^A-Za-z0-9_-]", "_") + ".log");
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        // Settings for other workers must not reach this one.
        builder.environment().keySet().removeIf(key -> FOREIGN.stream().anyMatch(key::startsWith));
        builder.environment().put("MANAGEMENT_PORT", Integer.toString(port));
        builder.environment().putAll(environment);
        return new SubjectProcess(name, builder.start(), log, port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    long pid() {
        return process.pid();
    }

    /**
     * Waits until it takes requests.
     *
     * @return how long that took from its start, in nanoseconds
     */
    long awaitReady() throws IOException, InterruptedException {
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - startedAt > START.toNanos()) {
                throw new IOException(name + " did not become ready: see " + log);
            }
            Thread.sleep(POLL_MS);
        }
        return System.nanoTime() - startedAt;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Path log() {
        return log;
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/actuator/health/readiness").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Ends it as an operator would, and by force if it does not end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
        http.close();
    }
}
