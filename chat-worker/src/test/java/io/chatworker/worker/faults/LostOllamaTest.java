package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An Ollama that dies, stalls, is cut off and flaps loses nothing and dead-letters nothing. */
@Law(5)
class LostOllamaTest {

    @RegisterExtension
    static final Scene scene = new Scene();

    /** Held requests stay with their worker: there is no other that could take them. */
    @Test
    void killedAndStarted() {
        WorkerProcess worker = scene.startWorker("CHAT_HOLD", "1s");
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(10);
        traffic.awaitMidStream();

        scene.ollamaWire().shut();
        worker.awaitPrinted("intake pauses");
        Waits.last(Duration.ofSeconds(3));
        scene.ollamaWire().open();
        traffic.awaitEnded(10);

        FaultResult result = scene.verify("Ollama killed -9 and started");
        assertThat(result.failed()).isZero();
        assertThat(result.redelivered()).isZero();
    }

    /** A connection that breaks before its answer began counts as Ollama away, so all are cut when each place has an answer. */
    @Test
    void cutInMidStream() {
        scene.startWorker();
        Traffic traffic = scene.load(10);
        for (int cut = 0; cut < 2; cut++) {
            CountDownLatch held = scene.answers().holdHalfWay();
            traffic.awaitMidStream(Scene.PLACES);
            scene.ollamaWire().cut();
            held.countDown();
            traffic.awaitEnded(10);
        }

        FaultResult result = scene.verify("connections to Ollama cut, twice");
        assertThat(result.failed()).isZero();
        assertThat(result.redelivered()).isZero();
    }

    @Test
    void stalled() {
        scene.startWorker("OLLAMA_IDLE_TIMEOUT", "1s", "OLLAMA_FIRST_TOKEN_TIMEOUT", "2s");
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(5);
        traffic.awaitMidStream();

        scene.ollamaWire().hold(Wire.ALL);
        Waits.last(Duration.ofSeconds(2));
        scene.ollamaWire().pass();
        traffic.awaitEnded(10);

        assertThat(scene.verify("Ollama silent for 2 s, more than the idle limit")
                        .failed())
                .isZero();
    }

    /**
     * Killed thirty times in mid-stream, before anything was answered. An answer that is cut off is a failure of its own
     * and tried again only so often as CHAT_MAX_ATTEMPTS says: here that is more often than it happens. An outage costs no
     * delivery, so nobody is a suspect that runs alone afterwards.
     */
    @Test
    @Tag("faults")
    void flappingThirtyTimesWithThirtyRequestsInTheQueue() {
        WorkerProcess worker =
                scene.startWorker("CHAT_HOLD", "500ms", "CHAT_CONCURRENCY", "20", "CHAT_MAX_ATTEMPTS", "40");
        CountDownLatch held = scene.answers().holdHalfWay();
        Traffic traffic = scene.load(30);
        traffic.awaitSent(30);
        traffic.load().close();
        for (int flap = 1; flap <= 30; flap++) {
            int flaps = flap;
            Waits.until(
                    Waits.LONG_PATIENCE,
                    () -> "the end of the pause",
                    () -> printed(worker, "intake resumes") >= flaps - 1);
            traffic.awaitMidStream();
            scene.ollamaWire().shut();
            Waits.until(Waits.LONG_PATIENCE, () -> "flap " + flaps, () -> printed(worker, "intake pauses") >= flaps);
            scene.ollamaWire().open();
        }
        held.countDown();

        FaultResult result = scene.verify("Ollama flapping thirty times, thirty requests and more in the queue");
        assertThat(result.failed()).isZero();
        assertThat(result.duplicated()).isZero();
        assertThat(result.redelivered()).isZero();
    }

    private static long printed(WorkerProcess worker, String text) {
        return worker.output().stream().filter(line -> line.contains(text)).count();
    }

    @Test
    @Tag("faults")
    void awayForTenMinutesWithThirtyRequestsInTheQueue() {
        WorkerProcess worker = scene.startWorker();
        scene.ollamaWire().shut();
        Traffic traffic = scene.load(10);
        traffic.awaitSent(30);
        traffic.load().close();
        worker.awaitPrinted("intake pauses");

        Waits.last(Duration.ofMinutes(10));
        scene.ollamaWire().open();

        FaultResult result = scene.verify("Ollama away for 10 minutes, thirty requests and more in the queue");
        assertThat(result.failed()).isZero();
        assertThat(result.duplicated()).isZero();
        assertThat(result.redelivered()).isZero();
    }
}
