package io.chatworker.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * An Ollama that answers at the pace of the scenario, with tokens that contain the time they were written. Like Ollama it
 * sends each line at once as one HTTP chunk; unpaced, lines leave in full buffers. A virtual thread per answer.
 */
final class TokenSource implements AutoCloseable {

    private static final int BACKLOG = 8192;

    static {
        // A line must leave at once, and the server must not close connections because there are many.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
    }

    private final Scenario scenario;
    private final Map<String, Answer> answers;
    private final LongAdder count;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean ending;

    /**
     * Listens at once, on a free port of this host.
     *
     * @param answers the answers to give, by request id
     * @param count counts the tokens it writes
     */
    TokenSource(Scenario scenario, Map<String, Answer> answers, LongAdder count) throws IOException {
        this.count = count;
        this.scenario = scenario;
        this.answers = answers;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        server.setExecutor(threads);
        serve("/api/version", "{\"version\":\"0.0.0\"}");
        serve("/api/tags", "{\"models\":[{\"name\":\"load:latest\",\"model\":\"load:latest\"}]}");
        serve(
                "/api/show",
                "{\"capabilities\":[\"completion\",\"tools\"],"
                        + "\"model_info\":{\"general.architecture\":\"load\",\"load.context_length\":1048576}}");
        server.createContext("/api/chat", this::chat);
        server.start();
    }

    /** Its address, as in {@code OLLAMA_HOST}. */
    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers have their full length from now on. */
    void begin() {
        ending = false;
    }

    /** Makes every answer end with its next token. */
    void end() {
        ending = true;
    }

    private void serve(String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
    }

    private void chat(HttpExchange exchange) throws IOException {
        long askedAt = TokenText.now();
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Answer answer = answers.get(Question.requestId(body));
            if (answer == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            answer.askedAt = askedAt;
            exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            stream(answer, out);
            out.close();
        }
    }

    private void stream(Answer answer, OutputStream out) throws IOException {
        Line line = Line.of(scenario);
        long period = scenario.periodNanos();
        long due = System.nanoTime();
        int written = 0;
        while (written < answer.tokens && !(ending && written > 0)) {
            long now = TokenText.now();
            if (written == 0) {
                answer.firstWrittenAt = now;
            }
            line.write(written++, now, out);
            count.increment();
            if (period > 0) {
                due = Math.max(due + period, System.nanoTime());
                sleepUntil(due);
            }
        }
        answer.written = written;
        out.write(Line.done(written));
    }

    private static void sleepUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        ending = true;
        server.stop(0);
        threads.shutdownNow();
    }
}
