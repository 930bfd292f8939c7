package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.support.DefaultLifecycleProcessor;

/** Intake stops and runs end; then the rest is stopped and handed back. */
@Law(8)
class ShutdownTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void aRunThatEndsInTimeIsAnsweredAndNewRequestsWaitForOthers() {
        RecordedEvents events = installation.events();
        CountDownLatch closing = new CountDownLatch(1);
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .text("Hello")
                                .await(closing)
                                .text(" there")
                                .done(),
                        ScriptedAnswer.saying("Next"));
        TestWorker worker = installation.startWorker("CHAT_WORKER_NAME", "first", "CHAT_CONCURRENCY", "4");
        String id = installation.ask("Hi");
        events.await(id, "chunk");

        CountDownLatch closed;
        try (CapturedLog log = new CapturedLog()) {
            closed = closeAside(worker);
            // Logged when the broker has been told that no request is taken any more.
            Waits.until(
                    "a worker that drains",
                    () -> log.lines().stream().anyMatch(line -> line.contains("draining: 1 in flight")));
        }
        assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
        assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        String later = installation.ask("And then?");
        assertThat(closed.getCount()).isEqualTo(1);
        closing.countDown();

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        assertThat(completed.attempt()).isEqualTo(1);
        assertThat(completed.text("/message/content")).isEqualTo("Hello there");
        Waits.forSignal("the end of the first worker", closed);
        installation.startWorker("CHAT_WORKER_NAME", "second");
        Event next = events.awaitCompleted(later);
        assertThat(next.text("/worker")).isEqualTo("second");
        assertThat(next.attempt()).isEqualTo(1);
    }

    @Test
    void noTimeoutOfSpringsCutsTheDrain() {
        RecordedEvents events = installation.events();
        CountDownLatch closing = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().text("Hello").await(closing).done());
        TestWorker worker = installation.startWorker();
        worker.part(DefaultLifecycleProcessor.class).setTimeoutPerShutdownPhase(1);
        String id = installation.ask("Hi");
        events.await(id, "chunk");

        CountDownLatch closed;
        try (CapturedLog log = new CapturedLog()) {
            closed = closeAside(worker);
            Waits.until(
                    "a worker that drains",
                    () -> log.lines().stream().anyMatch(line -> line.contains("draining: 1 in flight")));
        }
        assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
        assertThat(closed.getCount()).isEqualTo(1);
        closing.countDown();

        assertThat(events.awaitCompleted(id).attempt()).isEqualTo(1);
        Waits.forSignal("the end of the worker", closed);
    }

    @Test
    void aRunThatDoesNotEndInTimeIsHandedBackAndAnsweredByAnother() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().text("Hello").stall(), ScriptedAnswer.saying("Hello again"));
        TestWorker worker = installation.startWorker("CHAT_WORKER_NAME", "first", "CHAT_DRAIN_TIMEOUT", "0s");
        String id = installation.ask("Hi");
        events.await(id, "chunk");

        worker.close();

        installation.ollama().awaitAsked(0).awaitGone();
        assertThat(events.await(id, "waiting").text("/reason")).isEqualTo("draining");
        assertThat(events.of(id)).noneMatch(Event::isTerminal);
        installation.queues().awaitWaiting(installation.topology().requests(), 1);
        installation.startWorker("CHAT_WORKER_NAME", "second");
        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        assertThat(completed.attempt()).isEqualTo(101);
        assertThat(completed.text("/worker")).isEqualTo("second");
        assertThat(completed.text("/message/content")).isEqualTo("Hello again");
    }

    @Test
    void aWaitForARetryIsHandedBackToo() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.error(503, "busy").header("Retry-After", "60"), ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker("CHAT_DRAIN_TIMEOUT", "100ms");
        String id = installation.ask("Hi");
        events.await(id, "waiting");

        worker.close();
        installation.startWorker();

        assertThat(events.awaitCompleted(id).attempt()).isEqualTo(101);
        events.assertGapless(id);
    }

    @Test
    void closingAnIdleWorkerTwiceDoesNothingMore() {
        TestWorker worker = installation.startWorker();
        worker.close();
        worker.close();
        assertThat(installation
                        .queues()
                        .look(installation.topology().requests())
                        .getConsumerCount())
                .isZero();
    }

    private static CountDownLatch closeAside(TestWorker worker) {
        CountDownLatch closed = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            worker.close();
            closed.countDown();
        });
        return closed;
    }
}
