package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random faults under load, and a worker that lives through them all.
 *
 * <p>{@code -Dsoak.duration} says how long, as {@code 90s} or {@code 10m}; {@code -Dsoak.seed} repeats the order and the
 * lengths of another run's faults, though not what they hit. What happens is told in {@code target/soak.txt}.
 */
@Law({1, 2, 3, 5, 6, 8})
@Tag("faults")
class SoakTest {

    @RegisterExtension
    static final Scene scene = new Scene();

    private static final Duration DURATION = Duration.parse("PT" + System.getProperty("soak.duration", "10m"));
    private static final long SEED = Long.getLong("soak.seed", new Random().nextInt(1_000_000));
    private static final int REQUESTS_PER_SECOND = 10;
    private static final Path LOG = Path.of("target", "soak.txt");

    /** Some hundred bytes for each of ten minutes' requests would be more than this. */
    private static final long HEAP_TOLERANCE = 1 << 20;

    private static final int THREADS_TOLERANCE = 8;
    /** A virtual thread or two and a connection to Ollama for each of eight requests. */
    private static final int IN_FLIGHT_TOLERANCE = 16;

    private final long startedAt = System.nanoTime();
    private @Nullable Traffic traffic;

    @Test
    void nothingIsLostAndNothingGrows() throws IOException {
        assumeTrue(Vitals.canBeTaken(), "what a process takes is read from /proc");
        Files.deleteIfExists(LOG);
        tell("random faults for " + DURATION + ", -Dsoak.seed=" + SEED);
        WorkerProcess steady = scene.startWorker(RandomFaults.variables("steady"));
        traffic = scene.load(REQUESTS_PER_SECOND);
        traffic.awaitCompletedBy("steady", 50);
        List<Vitals> samples = new ArrayList<>(List.of(Vitals.of(steady)));
        tell("begins: " + samples.getFirst());

        RandomFaults faults = new RandomFaults(scene, new Random(SEED));
        long end = System.nanoTime() + DURATION.toNanos();
        while (System.nanoTime() < end) {
            String fault = faults.next();
            faults.rest();
            samples.add(Vitals.of(steady));
            tell(fault + "; " + samples.getLast());
        }
        faults.end();
        traffic.awaitCompletedBy("steady", 50);
        scene.endTraffic();
        Vitals last = Vitals.of(steady);
        tell("all has ended: " + last);
        Files.writeString(Path.of("target", "soak-heap.txt"), steady.jcmd("GC.class_histogram"));

        String fault = "soak: " + (samples.size() - 1) + " random faults in " + DURATION.toSeconds() + " s";
        tell(scene.verifyWithFailures(fault, ErrorCode.OLLAMA_REJECTED).toString());
        List<Trend> trends = List.of(
                Trend.of("bytes on the heap", samples, Vitals::heapBytes, HEAP_TOLERANCE),
                Trend.of("threads", samples, Vitals::threads, THREADS_TOLERANCE),
                Trend.of("virtual threads", samples, Vitals::virtualThreads, IN_FLIGHT_TOLERANCE),
                Trend.of("descriptors", samples, Vitals::descriptors, IN_FLIGHT_TOLERANCE));
        trends.forEach(trend -> tell(trend.toString()));
        assertThat(trends).as("seed " + SEED).allMatch(Trend::isFlat);
        assertThat(last.threads()).isLessThanOrEqualTo(samples.getFirst().threads() + THREADS_TOLERANCE);
    }

    /** A line for who waits, at once. */
    private void tell(String what) {
        String counts = traffic == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "sent %d, confirmed %d, ended %d; ",
                        traffic.load().sent(),
                        traffic.load().confirmed().size(),
                        traffic.ended());
        String line = String.format(
                Locale.ROOT, "%4d s: %s%s%n", (System.nanoTime() - startedAt) / 1_000_000_000, counts, what);
        System.out.print(line);
        try {
            Files.writeString(LOG, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
