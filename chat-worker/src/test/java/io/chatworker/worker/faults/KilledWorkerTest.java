package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.WorkerProcess;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers that are killed, frozen and replaced under load. */
@Law({1, 2, 3})
class KilledWorkerTest {

    @RegisterExtension
    static final Scene scene = new Scene();

    @Test
    @Tag("faults")
    void killedBeforeTheFirstChunk() {
        WorkerProcess victim = scene.startWorker();
        CountDownLatch silent = scene.answers().holdFirstTokens();
        Traffic traffic = scene.load(10);
        scene.ollama().awaitAsked(7);

        victim.kill();
        silent.countDown();
        scene.startWorker();
        traffic.awaitEnded(20);

        assertThat(scene.verify("worker killed -9 before the first chunk").redelivered())
                .isGreaterThanOrEqualTo(8);
    }

    @Test
    void killedInMidStream() {
        WorkerProcess victim = scene.startWorker();
        WorkerProcess survivor = scene.beginWorker();
        Traffic traffic = scene.load(15);
        survivor.ready();
        traffic.awaitEnded(10);
        traffic.awaitMidStream();

        victim.kill();
        traffic.awaitEnded(20);

        assertThat(scene.verify("worker killed -9 in mid-stream").redelivered()).isPositive();
    }

    /** Such a crash is what a second terminal event comes from, and nothing else. */
    @Law(2)
    @Test
    void killedBetweenConfirmAndAcknowledgement() {
        WorkerProcess victim = scene.startWorker("RABBITMQ_URI", scene.uri("guest:guest", 60));
        CountDownLatch running = scene.answers().holdHalfWay();
        Traffic traffic = scene.load(10);
        scene.ollama().awaitAsked(7);
        traffic.awaitMidStream();

        scene.brokerWire().hold(Wire.CONSUMING);
        running.countDown();
        scene.brokerWire().awaitHeldAcks(8);
        victim.kill();
        scene.brokerWire().cut();
        scene.brokerWire().pass();
        scene.startWorker();
        traffic.awaitEnded(20);

        assertThat(scene.verify("worker killed -9 between confirm and ack").duplicated())
                .isEqualTo(8);
    }

    /** The broker takes its requests back; what it says and settles afterwards counts for nothing. */
    @Test
    void frozenPastTheHeartbeatAndThawed() {
        WorkerProcess zombie = scene.startWorker();
        WorkerProcess other = scene.beginWorker();
        Traffic traffic = scene.load(10);
        other.ready();
        traffic.awaitEnded(10);
        traffic.awaitMidStream();

        zombie.signal("STOP");
        traffic.awaitRedelivered();
        traffic.awaitEnded(10);
        zombie.signal("CONT");
        traffic.awaitEnded(10);
        zombie.ready();

        assertThat(scene.verify("worker frozen past the heartbeat, then thawed").redelivered())
                .isPositive();
    }

    @Law(8)
    @Test
    @Tag("faults")
    void replacedOneAfterTheOther() {
        WorkerProcess first = scene.startWorker();
        WorkerProcess second = scene.startWorker();
        Traffic traffic = scene.load(15);
        traffic.awaitEnded(10);

        first.terminate();
        scene.startWorker();
        assertThat(first.awaitExit()).isIn(0, 143);
        second.terminate();
        scene.startWorker();
        assertThat(second.awaitExit()).isIn(0, 143);
        traffic.awaitEnded(10);

        FaultResult result = scene.verify("workers replaced one after the other (SIGTERM)");
        assertThat(result.duplicated()).isZero();
    }
}
