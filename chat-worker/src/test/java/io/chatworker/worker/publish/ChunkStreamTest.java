package io.chatworker.worker.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.Chunk;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(20)
class ChunkStreamTest {

    private static final Duration AN_HOUR = Duration.ofHours(1);

    private final ScriptedBroker broker = new ScriptedBroker();
    private final Stripe stripe =
            new Stripe(new PublishCounts(), new SizeLimit(), Blame::fallsOnAMessage, (_, _) -> {});
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void open() throws IOException {
        broker.confirmsAll = true;
        stripe.open(broker.connection());
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void withoutAnIntervalEachLineIsAChunk() throws Exception {
        ChunkStream chunks = chunks(Duration.ZERO);
        for (String text : List.of("a", "b", "c")) {
            chunks.accept(text, "", null, null, false);
        }

        assertThat(published()).extracting(Chunk::content).containsExactly("a", "b", "c");
        assertThat(chunks.published()).isEqualTo(3);
    }

    @Test
    void linesThatAreThereAlreadyGoTogether() throws Exception {
        ChunkStream chunks = chunks(Duration.ZERO);
        chunks.accept("a", "", null, null, true);
        chunks.accept("b", "", null, null, true);
        chunks.accept("", "", null, null, true);
        assertThat(broker.written).isEmpty();
        chunks.accept("c", "", null, null, false);

        assertThat(published()).extracting(Chunk::content).containsExactly("abc");
    }

    @Test
    void aLineThatSaysNothingIsNoChunk() throws Exception {
        ChunkStream chunks = chunks(Duration.ZERO);
        chunks.accept("", "", null, null, false);
        chunks.flush();

        assertThat(broker.written).isEmpty();
        assertThat(chunks.published()).isZero();
    }

    @Test
    void aLineThatSaysNothingSendsWhatWasHeldForIt() throws Exception {
        ChunkStream chunks = chunks(Duration.ZERO);
        chunks.accept("a", "", null, null, true);
        chunks.accept("", "", null, null, false);

        assertThat(published()).extracting(Chunk::content).containsExactly("a");
    }

    @Test
    void theFirstLeavesAtOnceAndLaterOnesAreGathered() throws Exception {
        ChunkStream chunks = chunks(AN_HOUR);
        chunks.accept("a", "", null, null, false);
        assertThat(published()).extracting(Chunk::content).containsExactly("a");

        chunks.accept("b", "", null, null, false);
        chunks.accept("c", "", null, null, false);
        assertThat(broker.written).isEmpty();
        chunks.flush();
        chunks.flush();

        List<Chunk> rest = published();
        assertThat(rest).extracting(Chunk::content).containsExactly("bc");
        assertThat(rest).extracting(Chunk::sequence).containsExactly(1);
        assertThat(chunks.published()).isEqualTo(2);
    }

    @Test
    void whatWasGatheredLeavesByItselfWhenTheIntervalIsOver() throws Exception {
        ChunkStream chunks = chunks(Duration.ofMillis(100));
        chunks.accept("a", "", null, null, false);
        chunks.accept("b", "", null, null, false);
        chunks.accept("c", "", null, null, false);

        assertThat(chunk(broker.take()).content()).isEqualTo("a");
        assertThat(chunk(broker.take()).content()).isEqualTo("bc");
    }

    @Test
    void afterTheIntervalALineLeavesAtOnceAgain() throws Exception {
        ChunkStream chunks = chunks(Duration.ofNanos(1));
        // No timer: only the line itself can send.
        timer.shutdownNow();
        chunks.accept("a", "", null, null, false);
        chunks.accept("b", "", null, null, false);

        assertThat(published()).extracting(Chunk::content).containsExactly("a", "b");
    }

    @Test
    void whatWasFlushedIsNotSentAgainByTheTimer() throws Exception {
        ChunkStream chunks = chunks(Duration.ofMillis(20));
        chunks.accept("a", "", null, null, false);
        chunks.accept("b", "", null, null, false);
        chunks.flush();
        timer.shutdown();

        assertThat(timer.awaitTermination(5, SECONDS)).isTrue();
        assertThat(published()).extracting(Chunk::content).containsExactly("a", "b");
    }

    @Test
    void eachKindIsGatheredByItself() throws Exception {
        ChunkStream chunks = chunks(AN_HOUR);
        chunks.accept("", "hm", null, null, false);
        chunks.accept("a", "", json("[{\"function\":{\"name\":\"f\"}}]"), json("[{\"token\":\"a\"}]"), false);
        chunks.accept("b", "ah", json("[{\"function\":{\"name\":\"g\"}}]"), json("[{\"token\":\"b\"}]"), false);
        chunks.flush();

        assertThat(broker.take().body())
                .contains("\"thinking\":\"hm\"")
                .doesNotContain("content", "tool_calls", "logprobs");
        assertThat(broker.take().body())
                .endsWith("\"sequence\":1,\"content\":\"ab\",\"thinking\":\"ah\","
                        + "\"tool_calls\":[{\"function\":{\"name\":\"f\"}},{\"function\":{\"name\":\"g\"}}],"
                        + "\"logprobs\":[{\"token\":\"a\"},{\"token\":\"b\"}]}");
    }

    @Test
    @Law(3)
    @DisplayName("Chunks are gapless, in order, and add up to the message")
    void chunksAreGaplessAndAddUp() throws Exception {
        Random random = new Random(3);
        StringBuilder said = new StringBuilder();
        ChunkStream chunks = chunks(Duration.ofNanos(200_000));
        for (int i = 0; i < 3_000; i++) {
            String text = random.nextInt(4) == 0 ? "" : i + " ";
            said.append(text);
            chunks.accept(text, "", null, null, random.nextInt(3) == 0);
        }
        chunks.flush();

        List<Chunk> published = published();
        assertThat(published.stream().map(Chunk::content).collect(Collectors.joining()))
                .isEqualTo(said.toString());
        assertThat(published.stream().map(Chunk::sequence).toList())
                .isEqualTo(IntStream.range(0, published.size()).boxed().toList());
        assertThat(published)
                .allMatch(chunk -> chunk.attempt() == 101 && chunk.run().equals("run"));
        assertThat(chunks.published()).isEqualTo(published.size());
    }

    @Test
    void textThatIsTooMuchForOneChunkGoesAsSeveralSplitAtCodePoints() throws Exception {
        String content = "a🌞".repeat(30_000);
        String thinking = "日本".repeat(20_000);
        ChunkStream chunks = chunks(Duration.ZERO);
        chunks.accept(content, thinking, null, null, false);

        List<Chunk> published = published();
        assertThat(published).hasSize(5);
        assertThat(published).allSatisfy(chunk -> {
            byte[] text = (chunk.content() + "|" + chunk.thinking())
                    .replace("null", "")
                    .getBytes(UTF_8);
            assertThat(text.length).isBetween(1, Pieces.MOST + 1);
            assertThat(new String(text, UTF_8)).doesNotContain("\uFFFD", "?");
        });
        assertThat(joined(published, Chunk::content)).isEqualTo(content);
        assertThat(joined(published, Chunk::thinking)).isEqualTo(thinking);
        assertThat(published).extracting(Chunk::sequence).containsExactly(0, 1, 2, 3, 4);
        assertThat(chunks.published()).isEqualTo(5);
    }

    @Test
    void toolCallsAndLogprobsThatAreTooMuchForOneChunkGoAsSeveral() throws Exception {
        String call = "{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":\"" + "x".repeat(40_000) + "\"}}}";
        String huge = call.replace("xx", "xxxxxx");
        ChunkStream chunks = chunks(AN_HOUR);
        chunks.accept("a", "", json("[" + call + "," + call + "," + huge + "]"), json("[{\"token\":\"a\"}]"), false);

        List<Chunk> published = published();
        assertThat(published).extracting(Chunk::sequence).containsExactly(0, 1, 2);
        assertThat(published).extracting(chunk -> chunk.toolCalls().size()).containsExactly(1, 1, 1);
        assertThat(published.stream()
                        .flatMap(chunk -> chunk.toolCalls().stream())
                        .map(Object::toString))
                .extracting(String::length)
                .isSorted();
        assertThat(published.getFirst().logprobs()).hasSize(1);
    }

    @Test
    void textThatFillsAChunkIsNotGatheredAnyLonger() throws Exception {
        ChunkStream chunks = chunks(AN_HOUR);
        chunks.accept("a", "", null, null, false);
        broker.written.clear();
        chunks.accept("x".repeat(Pieces.MOST - 1), "", null, null, true);
        assertThat(broker.written).isEmpty();
        chunks.accept("y", "", null, null, true);

        assertThat(published())
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.content()).hasSize(Pieces.MOST));
    }

    private static String joined(List<Chunk> chunks, Function<Chunk, String> part) {
        return chunks.stream().map(part).filter(Objects::nonNull).collect(Collectors.joining());
    }

    private ChunkStream chunks(Duration interval) {
        EventJson json = new EventJson(WorkerMapper.get());
        RequestEvents events = new RequestEvents(
                new ConfirmedSend(stripe, () -> {}, new StopSignal()),
                Topology.DEFAULT,
                json,
                new PublishCounts(),
                new Address("r1", "c1", "k", null, TraceContext.NONE));
        return new ChunkStream(events, json, events.head(101, "run"), interval, timer);
    }

    /** All that was published so far. */
    private List<Chunk> published() {
        List<ScriptedBroker.Written> written = new ArrayList<>();
        broker.written.drainTo(written);
        return written.stream().map(ChunkStreamTest::chunk).toList();
    }

    private static Chunk chunk(ScriptedBroker.Written written) {
        return WorkerMapper.get().readValue(written.body(), Chunk.class);
    }

    private static JsonNode json(String text) {
        return WorkerMapper.get().readTree(text);
    }
}
