package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.chatworker.worker.testing.TestBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

    /** What it loses is not looked at: its terminal events may overtake its last chunks. */
    @Test
    void theSpringWorkerAnswersEveryRequest() throws Exception {
        Map<Metric, Double> spring = run(Subject.SPRING);

        assertThat(spring.get(Metric.TOKENS)).isGreaterThan(100);
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

    @Test
    void aSubjectThatFailsTakesNoFurtherPartAndTheOthersGoOn() throws Exception {
        Subject neverStarts = Subject.variant("never-starts=jar=/nowhere.jar");
        PrintStream killer = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public PrintStream printf(String format, Object... arguments) {
                if (format.contains("round") && arguments[2].equals(2)) {
                    endRelay();
                }
                return this;
            }
        };

        Report report = new Rounds(
                        bench(), List.of(Subject.RELAY, neverStarts, Subject.SPRING, Subject.PERF_TEST), killer)
                .of(List.of(Scenario.named("10x50")), 3);

        assertThat(report.dropouts())
                .extracting(Dropout::subject, Dropout::round)
                .containsExactly(tuple("never-starts", 0), tuple("perf-test", 1), tuple("relay", 2));
        assertThat(report.dropouts())
                .extracting(Dropout::reason)
                .allMatch(reason -> reason.contains(": see ") || reason.contains("which was not measured"));
        assertThat(report.values("10x50", "relay", Metric.TOKENS)).hasSize(1);
        assertThat(report.values("10x50", "spring", Metric.TOKENS)).hasSize(3);
        assertThat(report.json(Map.of())).contains("\"round\" : 2");
    }

    private static void endRelay() {
        ProcessHandle.current()
                .children()
                .filter(child -> commandLine(child).contains(Relay.class.getName()))
                .forEach(child -> {
                    child.destroyForcibly();
                    child.onExit().orTimeout(10, TimeUnit.SECONDS).join();
                });
    }

    /** All of it: a ProcessHandle tells only what fits into a page of memory. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    /** The second round of two: what the first left behind must not show. */
    private Map<Metric, Double> run(Subject subject) throws Exception {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Report report = new Rounds(bench(), List.of(subject), nowhere).of(List.of(Scenario.named("10x50")), 2);
        assertThat(report.dropouts()).isEmpty();
        Map<Metric, Double> second = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            List<Double> values = report.values("10x50", subject.name(), metric);
            if (!values.isEmpty()) {
                assertThat(values).as(metric.title).hasSize(2);
                second.put(metric, values.getLast());
            }
        }
        return second;
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
