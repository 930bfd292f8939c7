package io.chatworker.worker.ollama;

import io.chatworker.worker.prompt.Prompt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes calls to one Ollama. Safe for any thread. */
public final class OllamaClient implements AutoCloseable {

    private static final MediaType JSON = MediaType.get("application/json");

    private final OkHttpClient http;
    private final OllamaSettings settings;
    private final JsonMapper mapper;
    private final ObjectReader json;
    private final OllamaProbe probe;

    /** {@code mapper} writes prompts and reads lines. */
    public OllamaClient(OllamaSettings settings, JsonMapper mapper) {
        this.settings = settings;
        this.mapper = mapper;
        // Tool calls are read out of the middle of a line.
        this.json = mapper.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                // A connection that a balancer has forgotten, or that its server is just closing, is never asked.
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .socketFactory(new KeptAliveSockets())
                .dns(new HostLookup(Dns.SYSTEM, settings.connectTimeout()))
                .connectTimeout(settings.connectTimeout())
                // Until the answer begins; then each line has its own limit.
                .readTimeout(settings.firstTokenTimeout())
                .writeTimeout(settings.idleTimeout())
                // A question must not be asked twice behind our back,
                .retryOnConnectionFailure(false)
                // nor go, with the key, to another host.
                .followRedirects(false)
                .eventListenerFactory(call -> {
                    ChatCall.Progress progress = call.request().tag(ChatCall.Progress.class);
                    return progress == null ? EventListener.NONE : progress;
                });
        if (settings.tls() != null) {
            builder.sslSocketFactory(
                    settings.tls().context().getSocketFactory(), settings.tls().trust());
        }
        this.http = builder.build();
        this.probe = new OllamaProbe(this);
    }

    /** A call that asks the prompt; nothing is sent before it is opened. */
    public ChatCall call(Prompt prompt, Map<String, String> traceHeaders) {
        ChatCall.Progress progress = new ChatCall.Progress();
        Request.Builder request = request(ChatCall.PATH)
                .header("Accept", "application/x-ndjson")
                .post(new Once(ChatBody.of(prompt, mapper)))
                .tag(ChatCall.Progress.class, progress);
        traceHeaders.forEach(request::header);
        long now = System.nanoTime();
        Judge judge = new Judge(() -> probe.foundSince(now), prompt.model());
        return new ChatCall(http.newCall(request.build()), progress, settings, judge, json);
    }

    /** A question about one model: {@code {"model": …}} posted to the path. */
    Request about(String path, String model) {
        return posted(path, JsonNodeFactory.instance.objectNode().put("model", model));
    }

    Request posted(String path, ObjectNode body) {
        return request(path)
                .post(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON))
                .build();
    }

    Request.Builder request(String path) {
        Request.Builder request = new Request.Builder()
                .url(settings.host().newBuilder().addPathSegments(path).build())
                // OkHttp would ask for gzip, which proxies pass on and which delays lines.
                .header("Accept-Encoding", "identity");
        if (settings.apiKey() != null) {
            request.header("Authorization", "Bearer " + settings.apiKey());
        }
        settings.headers().forEach(header -> request.addHeader(header.name(), header.value()));
        return request;
    }

    /** The one that asks whether Ollama is there, for all. */
    OllamaProbe probe() {
        return probe;
    }

    /** For a question that is answered at once or not at all. */
    OkHttpClient quick(Duration timeout) {
        return http.newBuilder()
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .callTimeout(timeout)
                .build();
    }

    /** For what may take long: only silence ends it. */
    OkHttpClient patient() {
        return http;
    }

    /** Where Ollama is, for people. */
    public String host() {
        return settings.shown();
    }

    ObjectReader json() {
        return json;
    }

    /** Calls that run go on until they are cancelled. */
    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
    }

    /** A body of known length, so that Ollama notices a closed connection, and never sent twice. */
    private static final class Once extends RequestBody {
        private final byte[] bytes;

        Once(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }
}
