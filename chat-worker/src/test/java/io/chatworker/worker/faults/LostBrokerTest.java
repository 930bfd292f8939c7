package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker that stops, crashes, blocks, and loses parts of the topology under load. */
@Law({1, 2, 3, 5, 6})
class LostBrokerTest {

    @RegisterExtension
    static final Scene scene = new Scene();

    @Test
    @Tag("faults")
    void stoppedAndStarted() {
        scene.startWorker();
        Traffic traffic = scene.load(15);
        traffic.awaitEnded(10);
        traffic.awaitMidStream();

        scene.broker().stop();
        scene.broker().start();
        traffic.awaitEnded(10);

        scene.verify("broker stopped in order and started");
    }

    @Test
    void killedAndStarted() {
        scene.startWorker();
        Traffic traffic = scene.load(15);
        traffic.awaitEnded(10);
        traffic.awaitSettled();
        traffic.awaitMidStream();

        scene.broker().kill();
        scene.broker().start();
        traffic.awaitEnded(10);

        scene.verify("broker killed -9 and started");
    }

    /**
     * All waits, nothing breaks. RabbitMQ counts as delivered what was on its way to the consumer when intake paused.
     */
    @Law(6)
    @Test
    void outOfMemoryForTenSeconds() {
        WorkerProcess worker = scene.startWorker("OLLAMA_IDLE_TIMEOUT", "5s");
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(10);
        traffic.awaitMidStream();

        raiseAlarmForTenSeconds(worker, "set_vm_memory_high_watermark", "0.00001", "0.6");
        traffic.awaitEnded(10);

        assertThat(scene.verify("memory alarm for 10 s").duplicated()).isZero();
        assertThat(worker.output())
                .filteredOn(line -> line.contains(": connected"))
                .hasSize(3);
    }

    /** As with the memory, with forty answers at once. */
    @Law(6)
    @Test
    @Tag("faults")
    void outOfDiskForTenSeconds() {
        WorkerProcess worker = scene.startWorker("OLLAMA_IDLE_TIMEOUT", "5s", "CHAT_CONCURRENCY", "40");
        Traffic traffic = scene.load(60);
        traffic.awaitEnded(60);
        traffic.awaitMidStream();

        raiseAlarmForTenSeconds(worker, "set_disk_free_limit", "1000000000000000", "1000000");
        traffic.awaitEnded(60);

        assertThat(scene.verify("disk alarm for 10 s").duplicated()).isZero();
    }

    private static void raiseAlarmForTenSeconds(WorkerProcess worker, String limit, String raising, String usual) {
        scene.broker().rabbitmqctl(limit, raising);
        worker.awaitPrinted("the broker blocks publishers");
        Waits.last(Duration.ofSeconds(10));
        scene.broker().rabbitmqctl(limit, usual);
    }

    /** 404 on the channel: only that is built anew, with what was not there. */
    @Test
    void chunksExchangeDeleted() {
        WorkerProcess worker = scene.startWorker();
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(5);
        traffic.awaitMidStream();

        scene.broker().with(channel -> channel.exchangeDelete(scene.topology().chunks()));
        awaitExchange(scene.topology().chunks());
        scene.witness().bindAgain();
        traffic.awaitEnded(10);

        assertThat(scene.verify("chunks exchange deleted", true).redelivered()).isZero();
        assertThat(worker.output())
                .filteredOn(line -> line.contains(": connected"))
                .hasSize(3);
    }

    /** Seen by a requester with a reply queue, as a completion without a binding goes nowhere by contract. */
    @Test
    @Tag("faults")
    void completionsExchangeDeleted() {
        scene.startWorker();
        Traffic traffic = scene.load(10, scene.witness().queue());
        traffic.awaitEnded(5);
        traffic.awaitMidStream();

        scene.broker().with(channel -> channel.exchangeDelete(scene.topology().completions()));
        awaitExchange(scene.topology().completions());
        scene.witness().bindAgain();
        traffic.awaitEnded(10);

        assertThat(scene.verify("completions exchange deleted").redelivered()).isZero();
    }

    private static void awaitExchange(String exchange) {
        Waits.until(Waits.LONG_PATIENCE, () -> "exchange " + exchange + " made again", () -> {
            try {
                return scene.broker().with(channel -> channel.exchangeDeclarePassive(exchange)) != null;
            } catch (UncheckedIOException e) {
                return false;
            }
        });
    }

    /** The broker cancels the consumers; what the queue held is gone with it, so it is deleted when it is empty. */
    @Test
    void requestsQueueDeleted() {
        WorkerProcess worker = scene.startWorker();
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(5);
        scene.endTraffic();

        scene.broker().with(channel -> channel.queueDelete(scene.topology().requests()));
        worker.awaitPrinted("consuming again");
        traffic = scene.load(10);
        traffic.awaitEnded(10);

        scene.verify("requests queue deleted, made again by the worker");
    }

    /** The requesters are gone: their generations stop, and the end of each is told to all. */
    @Test
    void replyQueueDeletedInMidStream() {
        String replies = scene.topology().replyPrefix() + "gone";
        scene.broker().with(channel -> channel.queueDeclare(replies, true, false, false, Map.of()));
        scene.startWorker();
        Traffic traffic = scene.load(10, replies);
        traffic.awaitEnded(5);

        scene.broker().with(channel -> channel.queueDelete(replies));
        traffic.awaitEnded(10);

        FaultResult result = scene.verify("reply queue deleted in mid-stream", true);
        assertThat(result.failed()).as("cancelled, requester_gone").isPositive();
        assertThat(result.redelivered()).isZero();
    }

    /** Takes all from the worker's user, whose connections then end, as where credentials are changed. */
    @Test
    void permissionsRevokedAndGivenBack() {
        WorkerProcess worker = startWorkerAs("shutout", "true");
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(5);
        traffic.awaitMidStream();

        scene.broker().rabbitmqctl("clear_permissions", "-p", "/", "shutout");
        scene.brokerWire().cut();
        worker.awaitPrinted("refused for user 'shutout'");
        permit("shutout", ".*");
        traffic.awaitEnded(10);

        scene.verify("all permissions revoked and given back");
    }

    /** A 403 says nothing against the message, which waits until it may go. */
    @Law(3)
    @Test
    @Tag("faults")
    void mayNotPublishForAWhile() {
        // Declares what the one without that right needs.
        scene.startWorker().close();
        WorkerProcess worker = startWorkerAs("mute", "false");
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(5);
        traffic.awaitMidStream();

        // It hears commands, takes requests, and may publish nothing.
        permit("mute", "^" + scene.topology().namespace() + "\\.control\\..*");
        scene.brokerWire().cut();
        worker.awaitPrinted("a publishing channel was opened anew");
        Waits.last(Duration.ofSeconds(10));
        permit("mute", ".*");
        traffic.awaitEnded(10);

        scene.verify("may not publish (403) for 10 s");
    }

    private static WorkerProcess startWorkerAs(String user, String declares) {
        scene.broker().rabbitmqctl("add_user", user, "secret");
        permit(user, ".*");
        return scene.startWorker("RABBITMQ_URI", scene.uri(user + ":secret", 3), "CHAT_DECLARE_TOPOLOGY", declares);
    }

    private static void permit(String user, String write) {
        scene.broker().rabbitmqctl("set_permissions", "-p", "/", user, ".*", write, ".*");
    }
}
