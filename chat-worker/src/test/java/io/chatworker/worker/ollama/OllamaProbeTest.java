package io.chatworker.worker.ollama;

import static io.chatworker.worker.ollama.Finding.State.BLIND;
import static io.chatworker.worker.ollama.Finding.State.FOUND;
import static io.chatworker.worker.ollama.Finding.State.NOT_FOUND;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class OllamaProbeTest {

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"version":"0.33.0"}               | 0.33.0
            {"version":"0.0.0","stand_in":true}| 0.0.0 (a stand-in that plays recordings)
            """)
    void aVersionFindsOllama(String body, String detail) throws Exception {
        assertThat(finding(200, body)).isEqualTo(new Finding(FOUND, detail));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "Ollama is running", "<html>log in</html>", "", "{\"version\":7}", "[\"version\"]"})
    void aPageFindsNothing(String body) throws Exception {
        Finding finding = finding(200, body);

        assertThat(finding.state()).isEqualTo(NOT_FOUND);
        assertThat(finding.detail()).startsWith("something other than Ollama answers at http://");
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405})
    void anAnswerThatThereIsNoSuchPathIsBlind(int status) throws Exception {
        Finding finding = finding(status, "404 page not found");

        assertThat(finding.state()).isEqualTo(BLIND);
        assertThat(finding.detail()).startsWith("/api/version answered " + status + " at http://");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 401, 500, 502, 503, 504, 302, 429})
    void anyOtherStatusFindsNothing(int status) throws Exception {
        Finding finding = finding(status, "");

        assertThat(finding.state()).isEqualTo(NOT_FOUND);
        assertThat(finding.detail()).startsWith("/api/version answered " + status + " at http://");
    }

    @ParameterizedTest
    @CsvSource({
        "https://ollama.example/api/version, set OLLAMA_HOST to https://ollama.example",
        "https://ollama.example:8443/base/api/version?x=secret, set OLLAMA_HOST to https://ollama.example:8443/base",
        "https://user:secret@sso.example/login?to=secret, it redirects to https://sso.example/login"
    })
    void aRedirectIsToldWithTheAddressItNames(String location, String advice) throws Exception {
        server.enqueue(new MockResponse.Builder()
                .code(301)
                .setHeader("Location", location)
                .build());
        try (OllamaClient client = Prompts.client(Prompts.patient(server.url("/")))) {
            assertThat(client.probe().ask().detail()).contains(advice).doesNotContain("secret");
        }
    }

    @Test
    void noAnswerFindsNothing() {
        OllamaSettings settings = Prompts.patient(server.url("/"));
        server.close();
        try (OllamaClient client = Prompts.client(settings)) {
            Finding finding = client.probe().ask();

            assertThat(finding.state()).isEqualTo(NOT_FOUND);
            assertThat(finding.detail()).startsWith("no answer at http://");
        }
    }

    @Test
    void beforeTheFirstQuestionNothingIsKnown() {
        try (OllamaClient client = Prompts.client(Prompts.patient(server.url("/")))) {
            assertThat(client.probe().latest()).isEqualTo(new Finding(NOT_FOUND, "not asked yet"));
        }
    }

    @Test
    void manyWhoAskAtOnceShareAnAnswerThatIsNoOlderThanTheirQuestion() throws Exception {
        CountDownLatch firstIsAsked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        AtomicBoolean isThere = new AtomicBoolean(true);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                boolean wasThere = isThere.getAndSet(false);
                firstIsAsked.countDown();
                assertThat(mayAnswer.await(5, SECONDS)).isTrue();
                return new MockResponse.Builder()
                        .code(wasThere ? 200 : 502)
                        .body("{\"version\":\"0.33.0\"}")
                        .build();
            }
        });
        try (OllamaClient client = Prompts.client(Prompts.patient(server.url("/")))) {
            CompletableFuture<Finding> first =
                    CompletableFuture.supplyAsync(() -> client.probe().ask());
            assertThat(firstIsAsked.await(5, SECONDS)).isTrue();
            CountDownLatch asking = new CountDownLatch(50);
            List<CompletableFuture<Finding>> later = IntStream.range(0, 50)
                    .mapToObj(_ -> {
                        CompletableFuture<Finding> finding = new CompletableFuture<>();
                        Thread.startVirtualThread(() -> {
                            asking.countDown();
                            finding.complete(client.probe().ask());
                        });
                        return finding;
                    })
                    .toList();
            assertThat(asking.await(5, SECONDS)).isTrue();
            mayAnswer.countDown();

            assertThat(first.get(5, SECONDS).isFound()).isTrue();
            for (CompletableFuture<Finding> finding : later) {
                assertThat(finding.get(5, SECONDS).isFound()).isFalse();
            }
            // Two for those who had read the clock by then, a few more for any who had not.
            assertThat(server.getRequestCount()).isBetween(2, 10);
        }
    }

    private Finding finding(int status, String body) throws Exception {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .setHeader("Location", "/elsewhere")
                .body(body)
                .build());
        try (OllamaClient client = Prompts.client(Prompts.patient(server.url("/")))) {
            Finding finding = client.probe().ask();
            assertThat(client.probe().latest()).isEqualTo(finding);
            assertThat(server.takeRequest().getRequestLine()).isEqualTo("GET /api/version HTTP/1.1");
            assertThat(server.getRequestCount()).isEqualTo(1);
            return finding;
        }
    }
}
