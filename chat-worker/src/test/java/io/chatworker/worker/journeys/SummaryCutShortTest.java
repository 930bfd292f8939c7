package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.intake.Intake;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.LongConversation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import io.chatworker.worker.testing.TestWorker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What ends a worker's time for a request also ends the summary it is having written. */
class SummaryCutShortTest {

    private static final ScriptedAnswer EXCEEDED = ScriptedAnswer.error(400, LongConversation.EXCEEDED);

    @RegisterExtension
    final Installation installation = new Installation();

    @Law({4, 8})
    @Test
    void aDrainClosesTheCallAtOnceAndTheNextWorkerBeginsAnew() {
        RecordedEvents events = installation.events();
        theFirstSummaryStalls();
        // Long enough for the test to see that the drain does not wait so long.
        TestWorker worker = installation.startWorker("CHAT_DRAIN_TIMEOUT", "2m", "CHAT_WORKER_NAME", "first");
        String id = installation.send(LongConversation.toSummarize());
        Asked summary = installation.ollama().awaitAsked(1);

        worker.close();

        summary.awaitGone();
        assertThat(events.of(id, "waiting"))
                .extracting(waiting -> waiting.text("/reason"))
                .containsExactly("summarizing", "draining");
        installation.startWorker("CHAT_WORKER_NAME", "second");
        Event completed = events.awaitCompleted(id);
        assertThat(completed.attempt()).isEqualTo(102);
        assertThat(completed.at("/history_summarized").asInt()).isPositive();
    }

    /** Another worker has the request, or this one again: what it says of it from then on is nobody's. */
    @Law({1, 2})
    @Test
    void aLostDeliveryClosesTheCallAtOnceAndTheNextOneBeginsAnew() {
        RecordedEvents events = installation.events();
        theFirstSummaryStalls();
        TestWorker worker = installation.startWorker();
        String id = installation.send(LongConversation.toSummarize());
        Asked summary = installation.ollama().awaitAsked(1);

        worker.part(Intake.class).connection().current().abort();

        summary.awaitGone();
        Event completed = events.awaitCompleted(id);
        assertThat(completed.attempt()).isEqualTo(102);
        assertThat(completed.at("/history_summarized").asInt()).isPositive();
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    @Law(4)
    @Test
    void theLongestTimeOfARequestCountsTheSummaryToo() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(EXCEEDED, ScriptedAnswer.streaming().text("The").stall());
        installation.startWorker("CHAT_MAX_DURATION", "1s");

        String id = installation.send(LongConversation.toSummarize());

        Event failed = events.awaitFailed(id, "duration_exceeded");
        installation.ollama().awaitAsked(1).awaitGone();
        assertThat(failed.attempt()).isEqualTo(1);
        assertThat(failed.body().has("partial")).isFalse();
    }

    /** And all goes well when it is asked for again. */
    private void theFirstSummaryStalls() {
        installation
                .ollama()
                .answers(
                        EXCEEDED,
                        ScriptedAnswer.streaming().text("The").stall(),
                        EXCEEDED,
                        ScriptedAnswer.saying("The user is Ada."),
                        ScriptedAnswer.saying("Hello"));
    }
}
