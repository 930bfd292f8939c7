package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.FreePorts;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.TestWorker;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An Ollama that is away loses nothing and dead-letters nothing. */
@Law(5)
class OllamaOutageTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void aRequestIsHeldUntilOllamaIsThereAgain() {
        RecordedEvents events = installation.events();
        int port = FreePorts.one();
        ScriptedOllama before = new ScriptedOllama(port);
        installation.startWorker("OLLAMA_HOST", before.host());
        before.close();

        String id = installation.ask("Hi");
        Event waiting = events.await(id, "waiting");
        try (ScriptedOllama after = new ScriptedOllama(port)) {
            after.answers(ScriptedAnswer.saying("Hello"));
            events.awaitCompleted(id);
        }

        events.assertGapless(id);
        assertThat(waiting.text("/reason")).isEqualTo("ollama_unavailable");
        assertThat(waiting.text("/error_code")).isEqualTo("ollama_unavailable");
        assertThat(events.of(id, "waiting")).hasSize(1);
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    @Test
    void aWorkerThatStartsBeforeOllamaAnswersOnceItIsThere() {
        RecordedEvents events = installation.events();
        int port = FreePorts.one();
        TestWorker worker = installation.beginWorker("OLLAMA_HOST", "127.0.0.1:" + port);
        worker.connected();
        String id = installation.ask("Hi");
        assertThat(worker.isReady()).isFalse();

        try (ScriptedOllama later = new ScriptedOllama(port)) {
            later.answersBy(_ -> ScriptedAnswer.saying("Hello"));
            worker.ready();
            events.awaitCompleted(id);
        }

        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    @Test
    void aConnectionThatIsClosedBeforeAnAnswerHoldsTheRequest() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.closedBeforeHeaders(), ScriptedAnswer.saying("Hello"));
        // One try at most: what is held is not counted as one.
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1");

        String id = installation.ask("Hi");

        Event completed = events.awaitCompleted(id);
        assertThat(events.of(id, "waiting"))
                .extracting(event -> event.text("/reason"))
                .containsExactly("ollama_unavailable");
        assertThat(completed.attempt()).isEqualTo(2);
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    @Test
    void aRequestThatWillNotWaitFailsAndIsNotDeadLettered() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.closedBeforeHeaders());
        installation.startWorker();

        String id = installation.send(Ask.message("Hi").with("when_unavailable", "fail"));

        Event failed = events.awaitFailed(id, "ollama_unavailable");
        assertThat(failed.at("/retryable").asBoolean()).isTrue();
        installation.queues().awaitWaiting(installation.topology().requests(), 0);
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    /** Ollama may be back without anybody knowing: one request has to try. */
    @Test
    void afterAnOutageARequestThatWillNotWaitIsTheTrialAndIsAnswered() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.closedBeforeHeaders(), ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker();
        String first = installation.send(Ask.message("Hi").with("when_unavailable", "fail"));
        events.awaitFailed(first, "ollama_unavailable");

        worker.ready();
        String second = installation.send(Ask.message("Hi").with("when_unavailable", "fail"));

        events.awaitCompleted(second);
        assertThat(events.of(second, "waiting")).isEmpty();
    }

    @Test
    void aHeldRequestEndsAtItsDeadline() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.closedBeforeHeaders());
        installation.startWorker();

        String id = installation.send(Ask.message("Hi")
                .with("deadline", Instant.now().plusMillis(1500).toString()));

        events.await(id, "waiting");
        Event cancelled = events.awaitCancelled(id, "deadline_exceeded");
        assertThat(cancelled.text("/cause")).isEqualTo("ollama_unavailable");
    }

    @Test
    void afterSeveralRequestsThatFailedInPassingTheNextIsATrialThatIsHeldInstead() {
        RecordedEvents events = installation.events();
        ScriptedAnswer broken = ScriptedAnswer.error(500, "llama runner process has terminated");
        installation.ollama().answers(broken, broken, broken, ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_BREAKER", "2", "CHAT_MAX_ATTEMPTS", "1");
        events.awaitFailed(installation.ask("one"), "ollama_error");
        events.awaitFailed(installation.ask("two"), "ollama_error");

        String trial = installation.ask("three");

        events.awaitCompleted(trial);
        assertThat(events.of(trial, "waiting")).isNotEmpty();
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isEqualTo(2);
    }

    /** So that a request which makes Ollama fall over cannot starve the rest. */
    @Test
    void aTrialThatFailsThreeTimesFailsForGoodAndTheRestIsAnswered() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answersBy(question -> question.toString().contains("poison")
                        ? ScriptedAnswer.closedBeforeHeaders()
                        : ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        String poison = installation.ask("poison");
        events.await(poison, "waiting");
        String good = installation.ask("Hi");

        events.awaitCompleted(good);
        events.awaitFailed(poison, "ollama_error");
    }

    @Test
    void whileOllamaIsAwayOtherRequestsStayInTheQueue() {
        RecordedEvents events = installation.events();
        int port = FreePorts.one();
        ScriptedOllama before = new ScriptedOllama(port);
        TestWorker worker = installation.startWorker("OLLAMA_HOST", before.host());
        before.close();
        String held = installation.ask("Hi");
        events.await(held, "waiting");

        String queued = installation.ask("And then?");
        installation.queues().awaitWaiting(installation.topology().requests(), 1);
        assertThat(worker.isReady()).isFalse();
        try (ScriptedOllama after = new ScriptedOllama(port)) {
            after.answersBy(_ -> ScriptedAnswer.saying("Hello"));
            events.awaitCompleted(held);
            events.awaitCompleted(queued);
            worker.ready();
        }
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    /** CHAT_CONCURRENCY holds: what was held still takes its place when intake goes on. */
    @Law(6)
    @Test
    void aPauseDoesNotRaiseHowManyRunAtOnce() {
        RecordedEvents events = installation.events();
        int port = FreePorts.one();
        ScriptedOllama before = new ScriptedOllama(port);
        TestWorker worker = installation.startWorker("OLLAMA_HOST", before.host(), "CHAT_CHUNK_INTERVAL", "0ms");
        before.close();
        String held = installation.ask("Hi");
        events.await(held, "waiting");
        String queued = installation.ask("And then?");
        CountDownLatch looked = new CountDownLatch(1);
        try (ScriptedOllama after = new ScriptedOllama(port)) {
            after.answersBy(
                    _ -> ScriptedAnswer.streaming().text("Hello").await(looked).done());
            events.await(held, "chunk");
            worker.ready();
            String metrics = worker.get("/actuator/prometheus").body();
            looked.countDown();
            events.awaitCompleted(held);
            events.awaitCompleted(queued);
            assertThat(metrics.lines().filter(line -> line.startsWith("chat_requests_in_flight ")))
                    .containsExactly("chat_requests_in_flight 1.0");
        }
        List<Event> all = events.all();
        assertThat(all.indexOf(events.of(queued, "started").getFirst()))
                .isGreaterThan(all.indexOf(events.of(held, "completed").getFirst()));
    }

    /** A pause takes no request from the worker that runs it (RabbitMQ 3.10 ends a connection for less). */
    @Law(2)
    @Test
    void whatRunsDuringAPauseIsNotRedelivered() {
        RecordedEvents events = installation.events();
        CountDownLatch over = new CountDownLatch(1);
        ScriptedAnswer untilOver =
                ScriptedAnswer.streaming().text("Hello").await(over).done();
        installation
                .ollama()
                .answers(
                        untilOver,
                        untilOver,
                        ScriptedAnswer.closedBeforeHeaders(),
                        ScriptedAnswer.saying("Hello"),
                        ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_CONCURRENCY", "3");
        String first = installation.ask("one");
        events.await(first, "chunk");
        String second = installation.ask("two");
        events.await(second, "chunk");

        String held = installation.ask("three");
        events.await(held, "waiting");
        events.awaitCompleted(held);
        Event after = events.awaitCompleted(installation.ask("four"));
        over.countDown();

        assertThat(after.attempt()).isEqualTo(1);
        assertThat(events.awaitCompleted(first).attempt()).isEqualTo(1);
        assertThat(events.awaitCompleted(second).attempt()).isEqualTo(1);
    }
}
