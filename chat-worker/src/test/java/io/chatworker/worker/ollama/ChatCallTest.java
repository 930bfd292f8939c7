package io.chatworker.worker.ollama;

import static io.chatworker.contracts.ErrorCode.OLLAMA_BUSY;
import static io.chatworker.contracts.ErrorCode.OLLAMA_REJECTED;
import static io.chatworker.contracts.ErrorCode.OLLAMA_UNAVAILABLE;
import static io.chatworker.contracts.ErrorCode.STREAM_STALLED;
import static io.chatworker.contracts.ErrorCode.STREAM_TRUNCATED;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.FOR_GOOD;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.TRANSIENT;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.UNREACHABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to Ollama, and how a call ends that brings no answer. */
@Timeout(20)
class ChatCallTest {

    private static final Duration SOON = Duration.ofMillis(100);
    private static final String DONE = "{\"done\":true,\"done_reason\":\"stop\"}\n";

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theQuestionGoesToTheChatEndpointAndAsksForNoCompression() throws Exception {
        Prompt prompt = Prompts.hello();
        RecordedRequest request = asked(Prompts.patient(server.url("/")), prompt, Map.of("traceparent", "00-a-b-01"));

        assertThat(request.getRequestLine()).isEqualTo("POST /api/chat HTTP/1.1");
        assertThat(request.getHeaders().get("Accept-Encoding")).isEqualTo("identity");
        assertThat(request.getHeaders().get("Accept")).isEqualTo("application/x-ndjson");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getHeaders().get("traceparent")).isEqualTo("00-a-b-01");
        // Of known length: Ollama notices a hang-up only after it has read the body to its end.
        assertThat(request.getHeaders().get("Content-Length")).isEqualTo(String.valueOf(request.getBodySize()));
        assertThat(request.getHeaders().get("Transfer-Encoding")).isNull();
        assertThat(request.getBody().utf8()).isEqualTo(new String(ChatBody.of(prompt, WorkerMapper.get()), UTF_8));
    }

    @Test
    void aBasePathIsKeptInFront() throws Exception {
        OllamaSettings settings =
                Prompts.patient(OllamaSettings.url(server.url("/").host() + ":" + server.getPort() + "/base"));

        assertThat(asked(settings, Prompts.hello(), Map.of()).getTarget()).isEqualTo("/base/api/chat");
    }

    @Test
    void theKeyIsSentAsBearer() throws Exception {
        OllamaSettings settings = new OllamaSettings(
                server.url("/"),
                "k-1",
                null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                false,
                false);

        assertThat(asked(settings, Prompts.hello(), Map.of()).getHeaders().get("Authorization"))
                .isEqualTo("Bearer k-1");
    }

    @Test
    void aRefusedConnectionIsUnreachable() throws IOException {
        HttpUrl nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = server.url("/").newBuilder().port(socket.getLocalPort()).build();
        }

        OllamaFailure failure = failureOf(Prompts.patient(nobody));

        assertThat(failure.kind()).isEqualTo(UNREACHABLE);
        assertThat(failure.code()).isEqualTo(OLLAMA_UNAVAILABLE);
        assertThat(failure).hasMessageStartingWith("no connection to Ollama at http://");
    }

    @Test
    void aHostThatIsNotKnownIsUnreachable() {
        OllamaFailure failure = failureOf(Prompts.patient(OllamaSettings.url("no-such-host.invalid")));

        assertThat(failure.kind()).isEqualTo(UNREACHABLE);
    }

    @Test
    void aConnectionResetBeforeTheHeadersIsUnreachable() {
        server.enqueue(new MockResponse.Builder()
                .onRequestBody(new SocketEffect.CloseSocket())
                .build());
        // Had it asked again, this would be the answer.
        server.enqueue(answer(DONE));

        OllamaFailure failure = failureOf(Prompts.patient(server.url("/")));

        assertThat(failure.kind()).isEqualTo(UNREACHABLE);
        assertThat(failure).hasMessageStartingWith("Ollama closed the connection before it answered");
    }

    @Test
    void silenceBeforeTheHeadersIsAStall() throws Exception {
        try (RawOllama ollama = new RawOllama()) {
            OllamaFailure failure = failureOf(Prompts.settings(ollama.url(), SOON, Duration.ofSeconds(30)));

            assertThat(failure.kind()).isEqualTo(TRANSIENT);
            assertThat(failure.code()).isEqualTo(STREAM_STALLED);
            assertThat(failure).hasMessage("Ollama gave no first token for 100 ms");
            assertThat(ollama.hungUp().get(5, SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    @Law(7)
    @DisplayName("A redirect does not lead the conversation elsewhere")
    void aRedirectIsNotFollowed(int status) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .setHeader("Location", "/elsewhere")
                .build());
        server.enqueue(answer(DONE));

        OllamaFailure failure = failureOf(Prompts.patient(server.url("/")));

        assertThat(failure.kind()).isEqualTo(FOR_GOOD);
        assertThat(failure.code()).isEqualTo(OLLAMA_REJECTED);
        assertThat(failure.details()).isEqualTo(Map.of("status", status));
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"503, TRANSIENT", "408, FOR_GOOD"})
    void okHttpDoesNotAskAgainBehindOurBack(int status, OllamaFailure.Kind kind) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .setHeader("Retry-After", "0")
                .body("{\"error\":\"busy\"}")
                .build());
        server.enqueue(answer(DONE));

        OllamaFailure failure = failureOf(Prompts.patient(server.url("/")));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"7, PT7S", "0, PT0S", "999999, PT10M", "'Wed, 21 Oct 2026 07:28:00 GMT', -", "-1, -", "soon, -"})
    void retryAfterIsReadInSecondsAndBounded(String header, Duration wait) {
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .setHeader("Retry-After", header)
                .build());

        OllamaFailure failure = failureOf(Prompts.patient(server.url("/")));

        assertThat(failure.code()).isEqualTo(OLLAMA_BUSY);
        assertThat(failure.retryAfter()).isEqualTo(wait);
    }

    @Test
    @Law(6)
    @DisplayName("Of a page that never ends, a bounded part is read")
    void anEndlessErrorPageIsReadInPart() {
        server.enqueue(new MockResponse.Builder()
                .code(500)
                .chunkedBody("x".repeat(1_000_000), 50_000)
                .build());

        assertThat(failureOf(Prompts.patient(server.url("/"))).getMessage()).hasSizeLessThan(600);
    }

    @Test
    @Law(4)
    @DisplayName("A call that is cancelled before the first byte closes at once, and Ollama notices")
    void aCancelBeforeTheFirstByteEndsTheCall() throws Exception {
        try (RawOllama ollama = new RawOllama();
                OllamaClient client = Prompts.client(Prompts.patient(ollama.url()))) {
            ChatCall call = client.call(Prompts.hello(), Map.of());
            Thread.startVirtualThread(() -> {
                awaitAsked(ollama);
                call.cancel();
            });

            assertThat(catchThrowableOfType(OllamaFailure.class, call::open)).isNotNull();
            assertThat(ollama.hungUp().get(5, SECONDS)).isTrue();
        }
    }

    @Test
    @Law(4)
    @DisplayName("A call that is cancelled first is never made")
    void aCancelIsSticky() {
        try (OllamaClient client = Prompts.client(Prompts.patient(server.url("/")))) {
            ChatCall call = client.call(Prompts.hello(), Map.of());
            call.cancel();
            call.cancel();

            assertThat(catchThrowableOfType(OllamaFailure.class, call::open)).isNotNull();
            assertThat(server.getRequestCount()).isZero();
        }
    }

    @Test
    @Law(4)
    @DisplayName("A call that is cancelled in mid-stream closes at once, and Ollama notices")
    void aCancelInMidStreamEndsTheCall() throws Exception {
        String line = "{\"message\":{\"content\":\"a\"}}\n";
        try (RawOllama ollama = new RawOllama(RawOllama.STREAM, RawOllama.chunk(line));
                OllamaClient client = Prompts.client(Prompts.patient(ollama.url()))) {
            ChatCall call = client.call(Prompts.hello(), Map.of());
            try (AnswerStream stream = call.open()) {
                assertThat(stream.next().content()).isEqualTo("a");
                Thread.startVirtualThread(call::cancel);

                assertThat(catchThrowableOfType(OllamaFailure.class, stream::next)
                                .code())
                        .isEqualTo(STREAM_TRUNCATED);
            }
            assertThat(ollama.hungUp().get(5, SECONDS)).isTrue();
        }
    }

    private static void awaitAsked(RawOllama ollama) {
        try {
            assertThat(ollama.asked().await(5, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RecordedRequest asked(OllamaSettings settings, Prompt prompt, Map<String, String> headers)
            throws Exception {
        server.enqueue(answer(DONE));
        try (OllamaClient client = Prompts.client(settings);
                AnswerStream stream = client.call(prompt, headers).open()) {
            assertThat(stream.next().done()).isNotNull();
        }
        return server.takeRequest(5, SECONDS);
    }

    private static MockResponse answer(String body) {
        return new MockResponse.Builder().chunkedBody(body, 8192).build();
    }

    private static OllamaFailure failureOf(OllamaSettings settings) {
        try (OllamaClient client = Prompts.client(settings)) {
            ChatCall call = client.call(Prompts.hello(), Map.of());
            return catchThrowableOfType(OllamaFailure.class, call::open);
        }
    }
}
