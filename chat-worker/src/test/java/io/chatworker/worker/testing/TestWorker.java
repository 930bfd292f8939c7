package io.chatworker.worker.testing;

import io.chatworker.worker.ChatWorkerApplication;
import io.chatworker.worker.observe.ManagementServer;
import io.chatworker.worker.observe.WorkerHealth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** A worker in this JVM, wired as the application wires it. */
public final class TestWorker implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static {
        // Each start would set logging up anew and take the appenders of the tests away.
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
    }

    private final ConfigurableApplicationContext context;
    private final int port;

    private TestWorker(ConfigurableApplicationContext context) {
        this.context = context;
        this.port = context.getBean(ManagementServer.class).port();
    }

    /** Starts one and does not wait for anything. */
    public static TestWorker start(Map<String, String> variables) {
        return new TestWorker(ChatWorkerApplication.start(variables));
    }

    /** Waits until it takes requests. */
    public TestWorker ready() {
        Waits.until(
                () -> "a ready worker; its health: " + get("/actuator/health").body(), this::isReady);
        return this;
    }

    /** Waits until it is connected to the broker, whatever Ollama does. */
    public TestWorker connected() {
        Waits.until(
                "a worker that is connected to the broker",
                () -> json("/actuator/health")
                        .at("/components/rabbit/status")
                        .asString("")
                        .equals("UP"));
        return this;
    }

    public boolean isReady() {
        return context.getBean(WorkerHealth.class).isReady();
    }

    /** A part of it, for a test that breaks it. */
    public <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return port;
    }

    /** Asks the management port. */
    public HttpResponse<String> get(String path) {
        return get(port, path);
    }

    /** Its metrics. */
    public Scrape scrape() {
        return Scrape.of(get("/actuator/prometheus").body());
    }

    /** What the management port says, as JSON. */
    public JsonNode json(String path) {
        return Json.of(get(path).body());
    }

    /** Asks the management port of any worker. */
    public static HttpResponse<String> get(int port, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Drains and ends it, as SIGTERM does. Again does nothing. */
    @Override
    public void close() {
        context.close();
    }
}
