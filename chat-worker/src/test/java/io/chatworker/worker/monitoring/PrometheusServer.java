package io.chatworker.worker.monitoring;

import io.chatworker.worker.testing.FreePorts;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A real Prometheus on a port of its own, with what it has seen in a folder of its own. */
final class PrometheusServer implements AutoCloseable {

    private final int port = FreePorts.one();
    private final Process process;
    private final Path log;

    /** Waits until it answers. The folder stays to be removed by its owner. */
    PrometheusServer(Program prometheus, Path folder, String configuration, String rules) {
        try {
            Files.writeString(folder.resolve("rules.yml"), rules);
            Path file = Files.writeString(folder.resolve("prometheus.yml"), configuration);
            log = folder.resolve("log");
            process = new ProcessBuilder(
                            prometheus.file().toString(),
                            "--config.file=" + file,
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Waits.until(() -> "a Prometheus that is ready; it printed " + AlertRules.text(log), this::isReady);
    }

    String uri() {
        return "http://127.0.0.1:" + port;
    }

    /** Whether this has any sample at the moment that is a number; fails where it is no expression. */
    boolean hasData(String expression) {
        return query(expression)
                .valueStream()
                .anyMatch(sample -> !sample.at("/value/1").asString().equals("NaN"));
    }

    /** The samples that this has at the moment. */
    JsonNode query(String expression) {
        return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .at("/data/result");
    }

    /** The names of the alerts that fire. */
    Set<String> firing() {
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : get("/api/v1/alerts").at("/data/alerts")) {
            if (alert.path("state").asString().equals("firing")) {
                names.add(alert.at("/labels/alertname").asString());
            }
        }
        return names;
    }

    private JsonNode get(String path) {
        String body = TestWorker.get(port, path).body();
        JsonNode answer = Json.of(body);
        if (!answer.path("status").asString().equals("success")) {
            throw new AssertionError(path + " was answered " + body);
        }
        return answer;
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new AssertionError("Prometheus ended: " + AlertRules.text(log));
        }
        try {
            return TestWorker.get(port, "/-/ready").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
