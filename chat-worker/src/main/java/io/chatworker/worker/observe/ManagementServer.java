package io.chatworker.worker.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The management port: health, info and metrics, and nothing else. It uses the JDK's HTTP server: there are a few scrapes
 * per minute, and a servlet container would be most of this process.
 */
public final class ManagementServer implements AutoCloseable {

    private static final String JSON = "application/json";
    private static final int BACKLOG = 50;

    private record Answer(int status, String contentType, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Listens at once.
     *
     * @throws PortTaken if another process has the port
     */
    public ManagementServer(
            int port,
            WorkerHealth health,
            Standstill standstill,
            PrometheusMeterRegistry registry,
            Map<String, Object> info,
            JsonMapper mapper) {
        try {
            server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
        } catch (IOException e) {
            throw new PortTaken(port, e);
        }
        server.setExecutor(threads);
        serve("/actuator/health", () -> json(health.isReady() ? 200 : 503, health.health(), mapper));
        serve("/actuator/health/readiness", () -> json(health.isReady() ? 200 : 503, health.health(), mapper));
        serve("/actuator/health/liveness", () -> liveness(standstill.trouble(System.nanoTime()), mapper));
        serve("/actuator/info", () -> json(200, info, mapper));
        serve(
                "/actuator/prometheus",
                () -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape()));
        server.start();
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void serve(String path, Supplier<Answer> answer) {
        server.createContext(path, exchange -> {
            try (exchange) {
                // A context also matches every path below it.
                boolean exact = exchange.getRequestURI().getRawPath().equals(path);
                boolean reads = exchange.getRequestMethod().equals("GET")
                        || exchange.getRequestMethod().equals("HEAD");
                if (!exact) {
                    send(exchange, new Answer(404, JSON, "{\"status\":404,\"error\":\"Not Found\"}"));
                } else if (!reads) {
                    send(exchange, new Answer(405, JSON, "{\"status\":405,\"error\":\"Method Not Allowed\"}"));
                } else {
                    send(exchange, answer.get());
                }
            }
        });
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Answer liveness(@Nullable String stuck, JsonMapper mapper) {
        return json(stuck == null ? 200 : 503, WorkerHealth.liveness(stuck), mapper);
    }

    private static Answer json(int status, Object value, JsonMapper mapper) {
        return new Answer(status, JSON, mapper.writeValueAsString(value));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
