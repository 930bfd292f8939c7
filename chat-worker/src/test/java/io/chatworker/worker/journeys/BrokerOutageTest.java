package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker that goes and comes back loses nothing. */
@Law(5)
class BrokerOutageTest {

    @RegisterExtension
    static final Installation installation = Installation.onBreakableBroker();

    @AfterEach
    void closeWorkers() {
        installation.closeWorkers();
    }

    /**
     * What was not confirmed is sent again, or said again by the next attempt. The orderly stop comes
     * first: RabbitMQ 3.10 does not recover a quorum queue that was declared a moment before a kill.
     */
    @Law({1, 2})
    @Test
    void aBrokerThatIsStoppedAndThenKilledInMidStreamLosesNothing() {
        RecordedEvents events = installation.events();
        CountDownLatch killed = new CountDownLatch(1);
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming().text("Hello").stall(),
                        ScriptedAnswer.streaming()
                                .text("Hello")
                                .await(killed)
                                .text(" again")
                                .done(),
                        ScriptedAnswer.saying("Hello again"),
                        ScriptedAnswer.saying("I am here"));
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation.startWorker();
            String id = installation.ask("Hi");
            events.await(id, "chunk");

            installation.broker().stop();
            // Another worker may have it now.
            installation.ollama().awaitLast().awaitGone();
            assertThat(worker.isReady()).isFalse();
            assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            installation.broker().start();
            installation.reconnect();
            assertThat(events.await(id, "started", 1).attempt()).isGreaterThan(100);
            // All connections are back; without that, it would be one long outage.
            awaitOutagesTold(log, 1);

            // The end of the second attempt may be on its way, and comes then beside that of the third.
            events.mayRepeat(id);
            installation.broker().kill();
            killed.countDown();
            installation.broker().start();
            installation.reconnect();

            Event completed = events.awaitCompleted(id);
            assertThat(completed.attempt()).isGreaterThan(100);
            assertThat(completed.text("/message/content")).isEqualTo("Hello again");
            worker.ready();
            assertThat(events.awaitCompleted(installation.ask("Are you there?")).attempt())
                    .isEqualTo(1);
            assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                    .isZero();
            awaitOutagesTold(log, 2);
        }
        installation.queues().awaitWaiting(installation.topology().requests(), 0);
    }

    /** Three connections break each time, and are tried again and again: that is one line at its begin, one at its end. */
    private static void awaitOutagesTold(CapturedLog log, int outages) {
        String over = "INFO RabbitMQ is there again after [0-9.]+ s; .*";
        Waits.until(
                () -> outages + " ends of outages in " + log.lines(),
                () -> log.lines().stream().filter(line -> line.matches(over)).count() == outages);
        List<String> lines = log.lines();
        assertThat(lines.stream().filter(line -> line.matches("(?s)WARN RabbitMQ is away: .*; trying again in .*")))
                .hasSize(outages);
        assertThat(lines.stream().filter(line -> line.matches("(WARN|ERROR) .*")))
                .hasSizeLessThan(4 * outages);
        assertThat(lines).noneMatch(line -> line.contains("\tat "));
    }

    @Test
    void aCompletionsExchangeThatIsDeletedIsMadeAgain() throws Exception {
        RecordedEvents events = installation.events();
        CountDownLatch deleted = new CountDownLatch(1);
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming().text("Hello").await(deleted).done(), ScriptedAnswer.saying("Hello"));
        String replies = installation.queues().declare(installation.topology().replyPrefix() + "x", Map.of());
        RecordedEvents seen = RecordedEvents.in(installation.connection(), replies);
        installation.startWorker();
        String first = installation.send(Ask.message("Hi").replyTo(replies));
        seen.await(first, "chunk");

        installation.channel().exchangeDelete(installation.topology().completions());
        deleted.countDown();

        seen.awaitCompleted(first);
        events.bind(installation.topology());
        String second = installation.ask("Hi");
        events.awaitThat("the second answer", event -> event.requestId().equals(second) && event.isTerminal());
        events.awaitCompleted(second);
        installation.queues().awaitWaiting(installation.topology().requests(), 0);
        if (!events.of(first).isEmpty()) {
            events.awaitCompleted(first);
        }
    }

    /** A broker that takes no message slows reading from Ollama, and loses none. */
    @Law(6)
    @Test
    void aBrokerThatBlocksPublishersIsWaitedFor() {
        RecordedEvents events = installation.events();
        CountDownLatch blocked = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("Hello")
                        .await(blocked)
                        .text(" there")
                        .done());
        installation.startWorker();
        String id = installation.ask("Hi");
        events.await(id, "chunk");

        installation.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
        blocked.countDown();
        Asked asked = installation.ollama().awaitLast();
        installation.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.6");

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        assertThat(completed.text("/message/content")).isEqualTo("Hello there");
        assertThat(completed.attempt()).isEqualTo(1);
        assertThat(asked.isGone()).isFalse();
    }

    @Test
    void theRequestsQueueCarriesEveryArgumentOfTheContract() {
        installation.startWorker();

        String listed = installation
                .broker()
                .rabbitmqctl("-q", "list_queues", "name", "durable", "arguments", "--formatter", "json");

        String wanted = installation.topology().requests();
        assertThat(Json.of(listed))
                .filteredOn(queue -> queue.path("name").asString().equals(wanted))
                .singleElement()
                .satisfies(queue -> {
                    assertThat(queue.path("durable").asBoolean()).isTrue();
                    String arguments = queue.path("arguments").toString();
                    assertThat(arguments)
                            .contains("x-queue-type", "quorum")
                            .contains("x-delivery-limit", "20")
                            .contains(
                                    "x-dead-letter-exchange",
                                    installation.topology().deadLetters())
                            .contains("x-dead-letter-strategy", "at-least-once")
                            .contains("x-overflow", "reject-publish")
                            .contains("x-max-length", "100000")
                            .contains("x-consumer-timeout", "1800000");
                });
    }
}
