package io.chatworker.worker.ollama;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class ModelCatalogTest {

    private static final String SHOWN = """
            {"license":"…","capabilities":["completion","tools",7],"details":{"family":"gemma3"},
             "model_info":{"general.architecture":"gemma3","gemma3.context_length":32768,"llama.context_length":1}}""";

    private final MockWebServer server = new MockWebServer();
    private OllamaClient client;
    private ModelCatalog catalog;
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");

    @BeforeEach
    void start() throws IOException {
        server.start();
        client = Prompts.client(Prompts.patient(server.url("/")));
        catalog = new ModelCatalog(client, () -> now);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void capabilitiesAndTheTrainedLengthAreWhatShowTells() throws Exception {
        server.enqueue(shown(SHOWN));

        assertThat(catalog.info("gemma3:270m", new StopSignal()))
                .isEqualTo(new ModelInfo(Set.of("completion", "tools"), 32768L));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).isEqualTo("POST /api/show HTTP/1.1");
        assertThat(request.getBody().utf8()).isEqualTo("{\"model\":\"gemma3:270m\"}");
    }

    @Test
    void aModelIsAskedAboutOnceUnderAllItsNames() {
        server.enqueue(shown(SHOWN));

        catalog.look("Gemma3");
        assertThat(catalog.info("gemma3:latest", new StopSignal()).contextLength())
                .isEqualTo(32768);
        assertThat(catalog.info("GEMMA3:Latest", new StopSignal()).contextLength())
                .isEqualTo(32768);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aModelIsAskedAboutAgainWhenWhatIsKnownIsOld() {
        server.enqueue(shown("{\"capabilities\":[\"completion\"]}"));
        server.enqueue(shown(SHOWN));
        assertThat(catalog.info("m", new StopSignal()).capabilities()).containsExactly("completion");

        now = now.plus(ModelCatalog.AGE);
        assertThat(catalog.info("m", new StopSignal()).capabilities()).containsExactly("completion");
        assertThat(server.getRequestCount()).isEqualTo(1);

        now = now.plusMillis(1);
        assertThat(catalog.info("m", new StopSignal()).capabilities()).contains("tools");
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void whatCouldNotBeLearnedIsAskedForAgainSooner() {
        server.enqueue(new MockResponse.Builder().code(404).build());
        server.enqueue(shown(SHOWN));
        assertThat(catalog.info("m", new StopSignal())).isEqualTo(ModelInfo.UNKNOWN);

        now = now.plus(ModelCatalog.UNKNOWN_AGE);
        assertThat(catalog.info("m", new StopSignal())).isEqualTo(ModelInfo.UNKNOWN);
        assertThat(server.getRequestCount()).isEqualTo(1);

        now = now.plusMillis(1);
        assertThat(catalog.info("m", new StopSignal()).contextLength()).isEqualTo(32768);
    }

    @Test
    void manyAtOnceAskOnce() {
        server.enqueue(shown(SHOWN));

        List<CompletableFuture<ModelInfo>> all = IntStream.range(0, 20)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> catalog.info("m", new StopSignal())))
                .toList();

        assertThat(all).allMatch(info -> info.orTimeout(5, SECONDS).join().contextLength() == 32768L);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>502</html>", "", "null", "[]", "7", "{\"capabilities\":", "{}"})
    void whatTellsNothingIsUnknown(String body) {
        server.enqueue(shown(body));

        assertThat(catalog.info("m", new StopSignal())).isEqualTo(ModelInfo.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 400, 500, 307})
    void aModelThatIsNotShownIsUnknown(int status) {
        server.enqueue(new MockResponse.Builder().code(status).body(SHOWN).build());

        assertThat(catalog.info("m", new StopSignal())).isEqualTo(ModelInfo.UNKNOWN);
    }

    @Test
    void aConnectionThatBreaksLeavesTheModelUnknown() {
        server.enqueue(new MockResponse.Builder()
                .onRequestBody(new SocketEffect.CloseSocket())
                .build());

        assertThat(catalog.info("m", new StopSignal())).isEqualTo(ModelInfo.UNKNOWN);
    }

    @Test
    void anOllamaThatDoesNotAnswerLeavesTheModelUnknown() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());

        assertThat(catalog.info("m", new StopSignal())).isEqualTo(ModelInfo.UNKNOWN);
    }

    @Test
    @Timeout(10)
    void allModelsComeAsLastKnownWhileOllamaSaysNothing() {
        AtomicBoolean silent = new AtomicBoolean();
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (silent.get()) {
                    return new MockResponse.Builder()
                            .onResponseStart(SocketEffect.Stall.INSTANCE)
                            .build();
                }
                return request.getUrl().encodedPath().equals("/api/tags")
                        ? shown("{\"models\":[{\"name\":\"m:latest\"},{\"name\":\"n:1\"},{\"name\":7}]}")
                        : shown(SHOWN);
            }
        });
        Map<String, ModelInfo> before = catalog.all();
        assertThat(before).containsOnlyKeys("m:latest", "n:1");
        assertThat(before.values()).allMatch(info -> info.contextLength() == 32768L);

        silent.set(true);
        now = now.plus(ModelCatalog.AGE).plusMillis(1);

        // Both questions, for the names and for the models, are open now, and neither is waited for long.
        assertThat(catalog.all()).isEqualTo(before);
        assertThat(catalog.all()).isEqualTo(before);
    }

    @Test
    void whoNeverSaidWhatItHasHasNothingKnown() {
        server.enqueue(new MockResponse.Builder().code(502).build());

        assertThat(catalog.all()).isEmpty();
    }

    @Test
    @Timeout(4)
    void aStopEndsTheWaitForAnAnswerAndLeavesItToTheNextWhoAsks() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                assertThat(mayAnswer.await(5, SECONDS)).isTrue();
                return shown(SHOWN);
            }
        });
        StopSignal over = new StopSignal();
        CompletableFuture<ModelInfo> waiting = CompletableFuture.supplyAsync(() -> catalog.info("m", over));
        assertThat(server.takeRequest(3, SECONDS)).isNotNull();

        over.stop();

        assertThat(waiting.get(3, SECONDS)).isEqualTo(ModelInfo.UNKNOWN);
        mayAnswer.countDown();
        assertThat(catalog.info("m", new StopSignal()).contextLength()).isEqualTo(32768L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            {"model_info":{"general.architecture":"a","a.context_length":8192}}    | 8192
            {"model_info":{"general.architecture":"a","b.context_length":8192}}    | -
            {"model_info":{"a.context_length":8192}}                               | -
            {"model_info":{"general.architecture":"a","a.context_length":"8192"}}  | -
            {"model_info":{"general.architecture":"a","a.context_length":8192.5}}  | -
            {"model_info":{"general.architecture":7,"a.context_length":8192}}      | -
            {"model_info":null}                                                    | -
            """)
    void theTrainedLengthIsItsOwnArchitectures(String body, Long length) {
        server.enqueue(shown(body));

        assertThat(catalog.info("m", new StopSignal()).contextLength()).isEqualTo(length);
    }

    private static MockResponse shown(String body) {
        return new MockResponse.Builder().body(body).build();
    }
}
