package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Law;
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

    /** Held requests go back to the queue after CHAT_HOLD, which RabbitMQ 3.10 counts. */
    @Test
    void killedAndStarted() {
        WorkerProcess worker = scene.startWorker("CHAT_HOLD", "1s");
        scene.load(10);
        scene.awaitEnded(10);
        scene.awaitMidStream();

        scene.ollamaWire().shut();
        Scene.awaitPrinted(worker, "intake pauses");
        Scene.last(Duration.ofSeconds(3));
        scene.ollamaWire().open();
        scene.awaitEnded(10);

        assertThat(scene.verify("Ollama killed -9 and started").failed()).isZero();
    }

    @Test
    void cutInMidStream() {
        scene.startWorker();
        scene.load(10);
        for (int cut = 0; cut < 2; cut++) {
            scene.awaitEnded(5);
            scene.awaitMidStream();
            scene.ollamaWire().cut();
        }
        scene.awaitEnded(10);

        FaultResult result = scene.verify("connections to Ollama cut, twice");
        assertThat(result.failed()).isZero();
        assertThat(result.redelivered()).isZero();
    }

    @Test
    void stalled() {
        scene.startWorker("OLLAMA_IDLE_TIMEOUT", "1s", "OLLAMA_FIRST_TOKEN_TIMEOUT", "2s");
        scene.load(10);
        scene.awaitEnded(5);
        scene.awaitMidStream();

        scene.ollamaWire().hold(Wire.ALL);
        Scene.last(Duration.ofSeconds(2));
        scene.ollamaWire().pass();
        scene.awaitEnded(10);

        assertThat(scene.verify("Ollama silent for 2 s, more than the idle limit")
                        .failed())
                .isZero();
    }

    /**
     * Killed thirty times in mid-stream, before anything was answered. An answer that is cut off is a failure of its own
     * and tried again only so often as CHAT_MAX_ATTEMPTS says: here that is more often than it happens.
     */
    @Test
    @Tag("faults")
    void flappingThirtyTimesWithThirtyRequestsInTheQueue() {
        WorkerProcess worker =
                scene.startWorker("CHAT_HOLD", "500ms", "CHAT_CONCURRENCY", "4", "CHAT_MAX_ATTEMPTS", "40");
        CountDownLatch held = scene.answers().holdHalfWay();
        NumberedLoad load = scene.load(30);
        scene.awaitSent(30);
        load.close();
        for (int flap = 1; flap <= 30; flap++) {
            int flaps = flap;
            scene.awaitMidStream();
            scene.ollamaWire().shut();
            Scene.await("flap " + flap, () -> printed(worker, "intake pauses") >= flaps);
            scene.ollamaWire().open();
        }
        held.countDown();

        FaultResult result = scene.verify("Ollama flapping thirty times, thirty requests and more in the queue");
        assertThat(result.failed()).isZero();
        assertThat(result.duplicated()).isZero();
    }

    private static long printed(WorkerProcess worker, String text) {
        return worker.output().stream().filter(line -> line.contains(text)).count();
    }

    @Test
    @Tag("faults")
    void awayForTenMinutesWithThirtyRequestsInTheQueue() {
        WorkerProcess worker = scene.startWorker();
        scene.ollamaWire().shut();
        NumberedLoad load = scene.load(10);
        scene.awaitSent(30);
        load.close();
        Scene.awaitPrinted(worker, "intake pauses");

        Scene.last(Duration.ofMinutes(10));
        scene.ollamaWire().open();

        FaultResult result = scene.verify("Ollama away for 10 minutes, thirty requests and more in the queue");
        assertThat(result.failed()).isZero();
        assertThat(result.duplicated()).isZero();
    }
}
