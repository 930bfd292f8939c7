package io.chatworker.worker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An Ollama that answers as the test says, over real HTTP: {@code /api/version} and {@code /api/show} always,
 * {@code /api/chat} by the answers in the queue, or by a function where the queue is empty. Any thread may script it.
 */
public final class ScriptedOllama implements AutoCloseable {

    /**
     * A question that came to {@code /api/chat}.
     *
     * @param at when, by {@link System#nanoTime()}
     * @param gone when the client closed the connection in mid-answer, by the same clock
     */
    public record Asked(RecordedRequest request, JsonNode body, long at, CompletableFuture<Long> gone) {

        /** Waits until the client closed the connection in mid-answer, and tells when it did, to 15 ms. */
        public long awaitGone() {
            return Waits.forResult("the call to Ollama closed", gone);
        }

        /** Whether it did. */
        public boolean isGone() {
            return gone.isDone();
        }
    }

    private final MockWebServer server = new MockWebServer();
    private final WatchedSockets sockets = new WatchedSockets();
    private final int port;
    private final boolean tls;

    // Guarded by this.
    private final Deque<ScriptedAnswer> queue = new ArrayDeque<>();
    private final List<Asked> asked = new ArrayList<>();
    private @Nullable Function<JsonNode, ScriptedAnswer> otherwise;
    private String shown = "{\"capabilities\":[\"completion\",\"tools\",\"thinking\"]}";
    private boolean isDown;

    /** Listens on a free port of this host. */
    public ScriptedOllama() {
        this(0);
    }

    /** Listens on this port, which may have been closed until now. */
    public ScriptedOllama(int port) {
        this(port, null);
    }

    /** Listens for HTTPS on a free port, as {@code localhost}. */
    public ScriptedOllama(SSLSocketFactory tls) {
        this(0, tls);
    }

    private ScriptedOllama(int port, @Nullable SSLSocketFactory tls) {
        this.tls = tls != null;
        if (tls != null) {
            server.useHttps(tls);
        }
        server.setServerSocketFactory(sockets);
        server.setDispatcher(new Script());
        try {
            server.start(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.port = server.getPort();
    }

    /** For {@code OLLAMA_HOST}. */
    public String host() {
        return tls ? "https://localhost:" + port : "http://127.0.0.1:" + port;
    }

    /** The next answers, in this order. */
    public synchronized ScriptedOllama answers(ScriptedAnswer... answers) {
        queue.addAll(List.of(answers));
        return this;
    }

    /** Answers by the request's body wherever the queue is empty. */
    public synchronized ScriptedOllama answersBy(Function<JsonNode, ScriptedAnswer> answer) {
        otherwise = answer;
        return this;
    }

    /** What {@code /api/show} says of every model. */
    public synchronized ScriptedOllama shows(String body) {
        shown = body;
        return this;
    }

    /** From now on nobody is at home: every path answers 502, as a proxy does. */
    public synchronized void isDown(boolean down) {
        isDown = down;
    }

    /** What was asked so far. */
    public synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** Waits for the question of this number, counted from 0. */
    public Asked awaitAsked(int number) {
        Waits.until("question " + number + " to Ollama", () -> asked().size() > number);
        return asked().get(number);
    }

    /** Waits for the first question where there was none, and gives the newest. */
    public Asked awaitLast() {
        awaitAsked(0);
        return asked().getLast();
    }

    /** Fails where answers are left in the queue. */
    public synchronized void assertExhausted() {
        if (!queue.isEmpty()) {
            throw new AssertionError(queue.size() + " scripted answers were never asked for");
        }
    }

    @Override
    public void close() {
        sockets.closeAll();
        server.close();
    }

    private synchronized ScriptedAnswer next(Asked question) {
        asked.add(question);
        ScriptedAnswer queued = queue.poll();
        if (queued != null) {
            return queued;
        }
        return otherwise == null
                ? ScriptedAnswer.error(418, "the script has no answer left")
                : otherwise.apply(question.body());
    }

    private synchronized @Nullable MockResponse plain(String path) {
        if (isDown) {
            return new MockResponse.Builder()
                    .code(502)
                    .body("<html>bad gateway</html>")
                    .build();
        }
        return switch (path) {
            case "/api/version" ->
                new MockResponse.Builder().body("{\"version\":\"0.24.0\"}").build();
            case "/api/show" -> new MockResponse.Builder().body(shown).build();
            case "/api/chat" -> null;
            default -> new MockResponse.Builder().code(404).build();
        };
    }

    /** Runs on the thread of the connection that the request came on. */
    private final class Script extends Dispatcher {

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            MockResponse plain = plain(request.getUrl().encodedPath());
            if (plain != null) {
                return plain;
            }
            Asked question = new Asked(
                    request, Json.of(request.getBody().toByteArray()), System.nanoTime(), new CompletableFuture<>());
            return new ScriptedBody(next(question), question.gone(), sockets.current()).response();
        }
    }
}
