package io.chatworker.worker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An Ollama that answers as the test says, over real HTTP: {@code /api/version}, {@code /api/tags} and {@code /api/show}
 * always, {@code /api/chat} by the answers in the queue, or by a function where the queue is empty, {@code /api/pull} by the
 * answers in a queue of its own. Any thread may script it.
 */
public final class ScriptedOllama implements AutoCloseable {

    /**
     * A question that came to {@code /api/chat} or {@code /api/pull}.
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
    private final Deque<ScriptedAnswer> pulls = new ArrayDeque<>();
    private final List<Asked> pulled = new ArrayList<>();
    private final List<String> shownModels = new ArrayList<>();
    private final Set<String> missing = new HashSet<>();
    private List<String> listed = List.of();
    private @Nullable Function<JsonNode, ScriptedAnswer> otherwise;
    private String shown = "{\"capabilities\":[\"completion\",\"tools\",\"thinking\"]}";
    private @Nullable ScriptedAnswer wall;
    private @Nullable ScriptedAnswer probed;
    private @Nullable List<String> loaded;
    private @Nullable CountDownLatch saysWhatIsLoaded;

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

    /** Answers by the request's body wherever the queue is empty; null ends that. */
    public synchronized ScriptedOllama answersBy(@Nullable Function<JsonNode, ScriptedAnswer> answer) {
        otherwise = answer;
        return this;
    }

    /** What {@code /api/show} says of every model. */
    public synchronized ScriptedOllama shows(String body) {
        shown = body;
        return this;
    }

    /** The next answers to {@code /api/pull}, in this order; what they fetch is there once {@link #has} says so. */
    public synchronized ScriptedOllama answersPulls(ScriptedAnswer... answers) {
        pulls.addAll(List.of(answers));
        return this;
    }

    /** The models that {@code /api/tags} names; none by default. */
    public synchronized ScriptedOllama lists(String... models) {
        listed = List.of(models);
        return this;
    }

    /** {@code /api/show} does not know this model. */
    public synchronized ScriptedOllama lacks(String model) {
        missing.add(model);
        return this;
    }

    /** {@code /api/show} knows this model again. */
    public synchronized ScriptedOllama has(String model) {
        missing.remove(model);
        return this;
    }

    /** The models that {@code /api/show} was asked about so far. */
    public synchronized List<String> shownModels() {
        return List.copyOf(shownModels);
    }

    /** The pulls that were asked for so far. */
    public synchronized List<Asked> pulled() {
        return List.copyOf(pulled);
    }

    /** The models that {@code /api/ps} names; before, that path is not there. */
    public synchronized ScriptedOllama hasLoaded(String... models) {
        loaded = List.of(models);
        return this;
    }

    /** {@code /api/ps} answers only after this signal, as while a model is unloaded. */
    public synchronized ScriptedOllama saysWhatIsLoadedAfter(CountDownLatch signal) {
        saysWhatIsLoaded = signal;
        return this;
    }

    /** From now on nobody is at home: every path answers 502, as a proxy does. */
    public synchronized void isDown(boolean down) {
        wall = down ? ScriptedAnswer.status(502, "text/html", "<html>bad gateway</html>") : null;
    }

    /** From now on every path gives this answer, as where something between takes all questions; null ends that. */
    public synchronized void isBehind(@Nullable ScriptedAnswer answer) {
        wall = answer;
    }

    /** From now on the probe gets this answer; null for Ollama's own. */
    public synchronized void answersProbes(@Nullable ScriptedAnswer answer) {
        probed = answer;
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
        int left = queue.size() + pulls.size();
        if (left > 0) {
            throw new AssertionError(left + " scripted answers were never asked for");
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

    private synchronized ScriptedAnswer nextPull(Asked question) {
        pulled.add(question);
        ScriptedAnswer queued = pulls.poll();
        return queued == null ? ScriptedAnswer.error(418, "the script has no pull left") : queued;
    }

    private synchronized MockResponse show(String model) {
        shownModels.add(model);
        if (missing.contains(model)) {
            String error = "{\"error\":" + Json.quoted("model '" + model + "' not found") + "}";
            return new MockResponse.Builder().code(404).body(error).build();
        }
        return new MockResponse.Builder().body(shown).build();
    }

    private synchronized MockResponse tags() {
        return models(listed);
    }

    private MockResponse ps() {
        CountDownLatch signal;
        synchronized (this) {
            signal = saysWhatIsLoaded;
        }
        if (signal != null) {
            Waits.forSignal("the word what is loaded", signal);
        }
        synchronized (this) {
            return loaded == null ? new MockResponse.Builder().code(404).build() : models(loaded);
        }
    }

    private static MockResponse models(List<String> names) {
        String models = names.stream()
                .map(name -> "{\"name\":" + Json.quoted(name) + "}")
                .collect(Collectors.joining(",", "{\"models\":[", "]}"));
        return new MockResponse.Builder().body(models).build();
    }

    private synchronized @Nullable ScriptedAnswer insteadOf(String path) {
        return wall == null && path.equals("/api/version") ? probed : wall;
    }

    /** Runs on the thread of the connection that the request came on. */
    private final class Script extends Dispatcher {

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            String path = request.getUrl().encodedPath();
            ScriptedAnswer instead = insteadOf(path);
            if (instead != null) {
                return new ScriptedBody(instead, new CompletableFuture<>(), sockets.current()).response();
            }
            return switch (path) {
                case "/api/version" ->
                    new MockResponse.Builder().body("{\"version\":\"0.24.0\"}").build();
                case "/api/show" ->
                    show(Json.of(request.getBody().toByteArray()).path("model").asString(""));
                case "/api/tags" -> tags();
                case "/api/ps" -> ps();
                case "/api/chat" -> play(request, ScriptedOllama.this::next);
                case "/api/pull" -> play(request, ScriptedOllama.this::nextPull);
                default -> new MockResponse.Builder().code(404).build();
            };
        }

        private MockResponse play(RecordedRequest request, Function<Asked, ScriptedAnswer> script) {
            Asked question = new Asked(
                    request, Json.of(request.getBody().toByteArray()), System.nanoTime(), new CompletableFuture<>());
            return new ScriptedBody(script.apply(question), question.gone(), sockets.current()).response();
        }
    }
}
