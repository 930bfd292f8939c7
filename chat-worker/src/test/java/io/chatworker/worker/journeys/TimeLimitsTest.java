package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A request that ran out of time stops at once, wherever it is. */
@Law(4)
class TimeLimitsTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void aRequestPastItsDeadlineIsNotStarted() {
        RecordedEvents events = installation.events();
        installation.startWorker();

        String id = installation.send(
                Ask.message("Hi").with("deadline", Instant.now().minusSeconds(1).toString()));

        Event cancelled = events.awaitCancelled(id, "deadline_exceeded");
        assertThat(events.of(id)).hasSize(1);
        assertThat(cancelled.body().has("partial")).isFalse();
        assertThat(installation.ollama().asked()).isEmpty();
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    @Test
    void aDeadlineInMidStreamClosesTheCallAndKeepsWhatWasSaid() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        installation.startWorker();

        String id = installation.send(Ask.message("Hi")
                .with("deadline", Instant.now().plusMillis(1500).toString()));

        Event cancelled = events.awaitCancelled(id, "deadline_exceeded");
        installation.ollama().awaitAsked(0).awaitGone();
        events.assertGapless(id);
        assertThat(cancelled.text("/partial/content")).isEqualTo("Hello");
        assertThat(cancelled.at("/history"))
                .last()
                .satisfies(turn -> assertThat(turn.path("content").asString()).isEqualTo("Hello"));
        assertThat(cancelled.body().has("cause")).isFalse();
    }

    @Test
    void aDeadlineAlsoEndsTheWaitForARetry() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.error(503, "busy").header("Retry-After", "60"));
        installation.startWorker();

        String id = installation.send(Ask.message("Hi")
                .with("deadline", Instant.now().plusMillis(1500).toString()));

        events.await(id, "waiting");
        Event cancelled = events.awaitCancelled(id, "deadline_exceeded");
        assertThat(cancelled.text("/cause")).isEqualTo("ollama_busy");
    }

    @Test
    void aDeadlineBeforeTheFirstTokenClosesTheCall() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().stall());
        installation.startWorker();

        String id = installation.send(Ask.message("Hi")
                .with("deadline", Instant.now().plusMillis(1000).toString()));

        events.awaitCancelled(id, "deadline_exceeded");
        installation.ollama().awaitAsked(0).awaitGone();
    }

    /** The limits of the first token and of those after it are two. */
    @Test
    void anAnswerMayPauseForLongerThanItsFirstTokenMayTake() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        installation.startWorker("OLLAMA_FIRST_TOKEN_TIMEOUT", "500ms", "CHAT_MAX_DURATION", "1500ms");

        // And not stream_stalled, a second before.
        events.awaitFailed(installation.ask("Hi"), "duration_exceeded");
    }

    @Test
    void aRequestThatTakesTooLongFails() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        installation.startWorker("CHAT_MAX_DURATION", "1s");

        String id = installation.ask("Hi");

        Event failed = events.awaitFailed(id, "duration_exceeded");
        installation.ollama().awaitAsked(0).awaitGone();
        assertThat(failed.text("/partial/content")).isEqualTo("Hello");
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
        assertThat(installation.awaitDeadLetter().getProps().getHeaders().get("x-failure-code"))
                .hasToString("duration_exceeded");
    }
}
