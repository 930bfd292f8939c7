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

import io.chatworker.settings.OllamaHeader;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
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

    private VersionedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new VersionedServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theQuestionGoesToTheChatEndpointAndAsksForNoCompression() throws Exception {
        Prompt prompt = Prompts.hello();
        RecordedRequest request = asked(Prompts.patient(server.url()), prompt, Map.of("traceparent", "00-a-b-01"));

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
        OllamaSettings settings = Prompts.patient(
                OllamaSettings.url(server.url().host() + ":" + server.url().port() + "/base"));

        assertThat(asked(settings, Prompts.hello(), Map.of()).getTarget()).isEqualTo("/base/api/chat");
    }

    @Test
    void theKeyIsSentAsBearerAndTheHeadersAsTheyAre() throws Exception {
        OllamaSettings settings = new OllamaSettings(
                server.url(),
                "k-1",
                List.of(new OllamaHeader("X-Token", "t-1"), new OllamaHeader("X-Token", "t-2")),
                null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                false,
                false);

        RecordedRequest request = asked(settings, Prompts.hello(), Map.of());

        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer k-1");
        assertThat(request.getHeaders().values("X-Token")).containsExactly("t-1", "t-2");
    }

    @Test
    void aRefusedConnectionIsUnreachable() throws IOException {
        HttpUrl nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = server.url().newBuilder().port(socket.getLocalPort()).build();
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

    @ParameterizedTest
    @CsvSource({"200, true", "404, false", "502, false"})
    void aConnectionResetBeforeTheHeadersIsUnreachableAndTheRequestsFaultOnlyWhileTheProbeFindsOllama(
            int version, boolean fault) {
        server.versionIs(version, "{\"version\":\"0.33.0\"}");
        server.enqueue(new MockResponse.Builder()
                .onRequestBody(new SocketEffect.CloseSocket())
                .build());
        // Had it asked again, this would be the answer.
        server.enqueue(answer(DONE));

        OllamaFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(UNREACHABLE);
        assertThat(failure.mayBeItsOwnFault()).isEqualTo(fault);
        assertThat(failure).hasMessageStartingWith("Ollama closed the connection before it answered");
        assertThat(server.probes()).isEqualTo(2);
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

    @Test
    void aRequestThatNobodyReadsIsToldAsSuchAndNotAsAMissingToken() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpUrl url = server.url().newBuilder().port(deaf.getLocalPort()).build();
            OllamaSettings settings = Prompts.settings(url, Duration.ofSeconds(30), SOON);

            OllamaFailure failure;
            try (OllamaClient client = Prompts.client(settings)) {
                // More than the kernels take in on the way.
                ChatCall call = client.call(Prompts.saying("x".repeat(32 * 1024 * 1024)), Map.of());
                failure = catchThrowableOfType(OllamaFailure.class, call::open);
            }

            assertThat(failure.kind()).isEqualTo(TRANSIENT);
            assertThat(failure.code()).isEqualTo(STREAM_STALLED);
            assertThat(failure).hasMessage("Ollama did not read the request on for 100 ms");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    @Law(7)
    @DisplayName("A redirect does not lead the conversation elsewhere")
    void aRedirectIsNotFollowed(int status) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .setHeader("Location", "https://elsewhere.example/api/chat")
                .build());
        server.enqueue(answer(DONE));

        OllamaFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(FOR_GOOD);
        assertThat(failure.code()).isEqualTo(OLLAMA_REJECTED);
        assertThat(failure.details()).isEqualTo(Map.of("status", status));
        assertThat(failure).hasMessageContaining("set OLLAMA_HOST to https://elsewhere.example");
        assertThat(server.asked()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"503, TRANSIENT", "408, TRANSIENT"})
    void okHttpDoesNotAskAgainBehindOurBack(int status, OllamaFailure.Kind kind) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .setHeader("Retry-After", "0")
                .body("{\"error\":\"busy\"}")
                .build());
        server.enqueue(answer(DONE));

        OllamaFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(server.asked()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "7, PT7S",
                "0, PT0S",
                "60, PT60S",
                "'Wed, 21 Oct 2026 07:28:09 GMT', PT9S",
                "'Wednesday, 21-Oct-26 07:28:09 GMT', PT9S",
                "'Wed Oct 21 07:28:09 2026', PT9S",
                "'Wed, 21 Oct 2026 07:27:59 GMT', PT0S",
                "-1, -",
                "soon, -",
                "'', -"
            })
    void retryAfterIsReadInSecondsAndAsADate(String header, Duration wait) {
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .setHeader("Date", "Wed, 21 Oct 2026 07:28:00 GMT")
                .setHeader("Retry-After", header)
                .build());

        OllamaFailure failure = failure();

        assertThat(failure.code()).isEqualTo(OLLAMA_BUSY);
        assertThat(failure.kind()).isEqualTo(TRANSIENT);
        assertThat(failure.retryAfter()).isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource({"61, 61000", "999999999, 999999999000", "'Wed, 21 Oct 2026 08:28:00 GMT', 3600000"})
    void aLongerRetryAfterEndsTheRequest(String header, long wait) {
        server.enqueue(new MockResponse.Builder()
                .code(503)
                .setHeader("Date", "Wed, 21 Oct 2026 07:28:00 GMT")
                .setHeader("Retry-After", header)
                .body("{\"error\":\"busy\"}")
                .build());

        OllamaFailure failure = failure();

        assertThat(failure.code()).isEqualTo(OLLAMA_BUSY);
        assertThat(failure.kind()).isEqualTo(FOR_GOOD);
        assertThat(failure.details()).isEqualTo(Map.of("status", 503, "retry_after_ms", wait));
    }

    @Test
    void aDateWithoutAClockBesideItIsTakenByOurs() {
        server.enqueue(new MockResponse.Builder()
                .code(503)
                .setHeader(
                        "Retry-After",
                        java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC)
                                        .plusSeconds(40)))
                .body("{\"error\":\"busy\"}")
                .build());

        assertThat(failure().retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(40));
    }

    @Test
    void whoSpokeDecidesWhetherTheProbeIsAsked() {
        server.enqueue(new MockResponse.Builder()
                .code(403)
                .body("{\"error\":\"this model requires a subscription\"}")
                .build());
        assertThat(failure().code()).isEqualTo(OLLAMA_REJECTED);
        assertThat(server.probes()).isEqualTo(1);

        server.enqueue(new MockResponse.Builder()
                .code(403)
                .body("<html>blocked</html>")
                .build());
        assertThat(failure().code()).isEqualTo(OLLAMA_REJECTED);
        assertThat(server.probes()).isEqualTo(3);

        server.versionIs(403, "<html>blocked</html>");
        server.enqueue(new MockResponse.Builder()
                .code(403)
                .body("<html>blocked</html>")
                .build());
        assertThat(failure().code()).isEqualTo(OLLAMA_UNAVAILABLE);
    }

    /** What stood in for Ollama while it came back is no fault of the request that met it. */
    @Test
    void anAnswerFromTheTimeInWhichOllamaCameBackIsAnOutage() {
        MockResponse page =
                new MockResponse.Builder().code(404).body("<html>nginx</html>").build();
        try (OllamaClient client = Prompts.client(Prompts.patient(server.url()))) {
            server.versionIs(502, "");
            client.probe().ask();
            server.enqueue(page);
            ChatCall call = client.call(Prompts.hello(), Map.of());
            server.versionIs(VersionedServer.FOUND);

            assertThat(catchThrowableOfType(OllamaFailure.class, call::open).kind())
                    .isEqualTo(UNREACHABLE);

            server.enqueue(page);
            ChatCall later = client.call(Prompts.hello(), Map.of());
            assertThat(catchThrowableOfType(OllamaFailure.class, later::open).kind())
                    .isEqualTo(FOR_GOOD);
        }
    }

    /** A balancer may forget a connection without a word; here the server stops reading it after one answer. */
    @Test
    void aConnectionThatWasForgottenIsNotAsked() throws Exception {
        try (ForgetfulOllama ollama = new ForgetfulOllama(DONE);
                OllamaClient client = Prompts.client(Prompts.patient(ollama.url()))) {
            for (int i = 0; i < 3; i++) {
                try (AnswerStream stream =
                        client.call(Prompts.hello(), Map.of()).open()) {
                    assertThat(stream.next().done()).isNotNull();
                }
            }
            assertThat(ollama.connections()).isEqualTo(3);
        }
    }

    @Test
    @Law(6)
    @DisplayName("Of a page that never ends, a bounded part is read")
    void anEndlessErrorPageIsReadInPart() {
        server.enqueue(new MockResponse.Builder()
                .code(500)
                .chunkedBody("x".repeat(1_000_000), 50_000)
                .build());

        assertThat(failure().getMessage()).hasSizeLessThan(600);
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
        try (OllamaClient client = Prompts.client(Prompts.patient(server.url()))) {
            ChatCall call = client.call(Prompts.hello(), Map.of());
            call.cancel();
            call.cancel();

            assertThat(catchThrowableOfType(OllamaFailure.class, call::open)).isNotNull();
            assertThat(server.asked()).isZero();
            assertThat(server.probes()).isZero();
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
        return server.server().takeRequest(5, SECONDS);
    }

    private static MockResponse answer(String body) {
        return new MockResponse.Builder().chunkedBody(body, 8192).build();
    }

    /** Of a call to the server, which the probe had found or not found before, as it will after. */
    private OllamaFailure failure() {
        try (OllamaClient client = Prompts.client(Prompts.patient(server.url()))) {
            client.probe().ask();
            return catchThrowableOfType(OllamaFailure.class, client.call(Prompts.hello(), Map.of())::open);
        }
    }

    private static OllamaFailure failureOf(OllamaSettings settings) {
        try (OllamaClient client = Prompts.client(settings)) {
            ChatCall call = client.call(Prompts.hello(), Map.of());
            return catchThrowableOfType(OllamaFailure.class, call::open);
        }
    }
}
