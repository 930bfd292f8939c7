package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.WorkerProcess;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections to the broker that break under load. */
@Law({1, 2, 3, 4})
class LostConnectionTest {

    @RegisterExtension
    static final Scene scene = new Scene();

    @Test
    @Tag("faults")
    void cutInMidStream() {
        scene.startWorker();
        Traffic traffic = scene.load(15);
        for (int cut = 0; cut < 3; cut++) {
            traffic.awaitEnded(5);
            traffic.awaitMidStream();
            scene.brokerWire().cut();
        }
        traffic.awaitEnded(10);

        assertThat(scene.verify("connections cut, three times").redelivered()).isPositive();
    }

    /** Only the publishing connection, so no request is redelivered: what is unconfirmed goes out again. */
    @Test
    void cutInsideAFrame() {
        scene.startWorker();
        Traffic traffic = scene.load(15);
        traffic.awaitEnded(5);

        scene.brokerWire().cutInside(3);
        scene.brokerWire().awaitCutsInside();
        traffic.awaitEnded(10);

        assertThat(scene.verify("publishing connection cut inside a frame, three times")
                        .redelivered())
                .isZero();
    }

    @Test
    @Tag("faults")
    void publishingIntoABlackHole() {
        WorkerProcess worker = scene.startWorker();
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(5);
        traffic.awaitMidStream();

        scene.brokerWire().hold(Wire.PUBLISHING);
        worker.awaitPrinted("publish: connection lost");
        scene.brokerWire().pass();
        traffic.awaitEnded(10);

        assertThat(scene.verify("publishing connection black-holed past the heartbeat")
                        .redelivered())
                .isZero();
    }

    /** More than the way can carry is not read from Ollama, and nothing is taken for dead. */
    @Law(6)
    @Test
    @Tag("faults")
    void farAwayOverAThinLine() {
        scene.startWorker();
        Traffic traffic = scene.load(15);
        traffic.awaitEnded(5);
        traffic.awaitMidStream();

        scene.brokerWire().slow(Duration.ofMillis(500), 64 * 1024);
        traffic.awaitEnded(60);
        scene.brokerWire().pass();
        traffic.awaitEnded(10);

        assertThat(scene.verify("broker 500 ms away at 64 KiB/s, for 60 answers")
                        .redelivered())
                .isZero();
    }

    /** The broker takes the requests back; what runs is stopped, and its acknowledgements never arrive. */
    @Test
    void consumingFromABlackHole() {
        WorkerProcess worker = scene.startWorker();
        CountDownLatch running = scene.answers().holdHalfWay();
        Traffic traffic = scene.load(10);
        traffic.awaitMidStream();

        scene.brokerWire().hold(Wire.CONSUMING);
        worker.awaitPrinted("consume: connection lost");
        scene.ollama().awaitAsked(0).awaitGone();
        running.countDown();
        scene.brokerWire().pass();
        traffic.awaitEnded(10);

        assertThat(scene.verify("consuming connection black-holed past the heartbeat")
                        .redelivered())
                .isPositive();
    }

    @Test
    @Tag("faults")
    void everythingThrownAwayOnTheWay() {
        WorkerProcess worker = scene.startWorker();
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(5);
        traffic.awaitMidStream();

        scene.brokerWire().swallow(Wire.ALL);
        worker.awaitPrinted("publish: connection lost");
        worker.awaitPrinted("consume: connection lost");
        scene.brokerWire().pass();
        traffic.awaitEnded(10);

        scene.verify("all that goes to and from the broker thrown away");
    }

    /** The broker closes the channel (406) of a consumer that keeps a request too long; from 4.3 on it cancels it. */
    @Test
    @Tag("faults")
    void keepingARequestLongerThanTheBrokerAllows() {
        limitConsumers(4_000);
        WorkerProcess worker = scene.startWorker();
        CountDownLatch running = scene.answers().holdHalfWay();
        Traffic traffic = scene.load(10);
        traffic.awaitMidStream();
        scene.ollama().awaitAsked(0).awaitGone();
        worker.awaitPrinted("consuming again");
        running.countDown();
        traffic.awaitEnded(10);

        FaultResult result = scene.verify("requests kept past the consumer timeout");
        limitConsumers(1_800_000);
        assertThat(result.redelivered()).isPositive();
    }

    /** By the variable, and by the policy that 3.10 does not know: 4.3 looks at the variable only where a queue begins. */
    private static void limitConsumers(int millis) {
        scene.broker()
                .rabbitmqctl(
                        "eval",
                        "application:set_env(rabbit, consumer_timeout, " + millis
                                + "), application:set_env(rabbit, channel_tick_interval, 1000).");
        String version = scene.broker()
                .with(channel -> String.valueOf(
                        channel.getConnection().getServerProperties().get("version")));
        if (!version.startsWith("3.10.")) {
            scene.broker()
                    .rabbitmqctl(
                            "set_policy",
                            "consumers",
                            "^" + scene.topology().requests() + "$",
                            "{\"consumer-timeout\": " + millis + "}");
        }
    }
}
