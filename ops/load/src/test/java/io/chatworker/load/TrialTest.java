package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.TestBroker;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real processes on a real broker, for a moment. */
@EnabledOnOs(OS.LINUX)
class TrialTest {

    private static final Path WORKER = Path.of("../../chat-worker/target/chat-worker.jar");

    @TempDir
    private Path logs;

    @Test
    void theWorkerBringsEveryTokenInOrder() throws Exception {
        assertThat(Files.isRegularFile(WORKER))
                .as("the worker's jar, which a build with ops/test makes")
                .isTrue();

        assertWhole(run(Subject.WORKER));
    }

    @Test
    void theRelayDoesSoToo() throws Exception {
        Map<Metric, Double> relay = run(Subject.RELAY);

        assertWhole(relay);
        assertThat(relay.get(Metric.CHUNKS)).isEqualTo(1);
    }

    @Test
    void theSpringWorkerBringsEveryToken() throws Exception {
        Map<Metric, Double> spring = run(Subject.SPRING);

        assertThat(spring.get(Metric.TOKENS)).isGreaterThan(100);
        assertThat(spring.get(Metric.LOST)).isZero();
        assertThat(spring.get(Metric.FAILED)).isZero();
    }

    @Test
    void perfTestPublishesAsMuchAsAWorkerDid() throws Exception {
        Map<Metric, Double> like = Map.of(Metric.TOKENS, 500.0, Metric.CHUNKS, 1.0, Metric.CHUNK_BYTES, 137.0);

        Map<Metric, Double> perfTest = Trial.perfTest(bench(), Scenario.named("10x50"), like);

        assertThat(perfTest.get(Metric.CHUNK_BYTES)).isEqualTo(137);
        assertThat(perfTest.get(Metric.TOKENS)).isPositive();
        assertThat(perfTest.get(Metric.CPU)).isPositive();
    }

    /** The second round of two: what the first left behind must not show. */
    private Map<Metric, Double> run(Subject subject) throws Exception {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        List<Measured> rounds = new Rounds(bench(), List.of(subject), nowhere).of(Scenario.named("10x50"), 2);
        assertThat(rounds).hasSize(2);
        return rounds.getLast().values();
    }

    private Trial.Bench bench() {
        Programs programs = new Programs(
                WORKER,
                List.of("-XX:+UseSerialGC", "-Xmx256m"),
                List.of(),
                null,
                logs,
                new Programs.Others(null, null, null));
        return new Trial.Bench(
                programs, TestBroker.shared().uri(), null, Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    private static void assertWhole(Map<Metric, Double> measured) {
        assertThat(measured.get(Metric.TOKENS)).isGreaterThan(100);
        assertThat(measured.get(Metric.CPU)).isPositive();
        assertThat(measured.get(Metric.LATENCY_P50)).isPositive();
        assertThat(measured.get(Metric.GARBAGE)).isPositive();
        assertThat(measured.get(Metric.PEAK)).isGreaterThan(20);
        assertThat(measured.get(Metric.READY)).isPositive();
        assertThat(measured.get(Metric.DISORDER)).isZero();
        assertThat(measured.get(Metric.LOST)).isZero();
        assertThat(measured.get(Metric.FAILED)).isZero();
    }
}
