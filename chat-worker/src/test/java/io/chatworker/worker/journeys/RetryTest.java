package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Failures that may pass are tried again here, under the same delivery. */
class RetryTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void aBusyOllamaIsAskedAgainUntilItAnswers() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.error(503, "server busy, please try again"),
                        ScriptedAnswer.error(429, "too many"),
                        ScriptedAnswer.saying("Hello", " there"));
        installation.startWorker();

        String id = installation.ask("Hi");

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        List<Event> started = events.of(id, "started");
        assertThat(started).extracting(Event::attempt).containsExactly(1, 2, 3);
        assertThat(started).extracting(Event::run).doesNotHaveDuplicates();
        Event waiting = events.await(id, "waiting");
        assertThat(events.of(id, "waiting")).hasSize(1);
        assertThat(waiting.text("/reason")).isEqualTo("ollama_busy");
        assertThat(waiting.text("/error_code")).isEqualTo("ollama_busy");
        assertThat(waiting.run()).isEqualTo(started.getFirst().run());
        assertThat(completed.attempt()).isEqualTo(3);
        assertThat(completed.run()).isEqualTo(started.getLast().run());
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    @Test
    void retryAfterIsHonoured() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.error(503, "busy").header("Retry-After", "3"), ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        events.awaitCompleted(installation.ask("Hi"));

        List<Asked> asked = installation.ollama().asked();
        // Without it the second call would come within a second.
        assertThat(Duration.ofNanos(asked.get(1).at() - asked.get(0).at())).isGreaterThan(Duration.ofMillis(2900));
    }

    /** Each attempt counts its chunks from 0, and a client that follows the highest has one text. */
    @Law(3)
    @Test
    void anAnswerThatIsAlwaysCutFailsAfterTheLastAttempt() {
        RecordedEvents events = installation.events();
        ScriptedAnswer cut = ScriptedAnswer.streaming().text("Hello", " there").cut();
        installation.ollama().answers(cut, cut, cut);
        installation.startWorker();

        String id = installation.ask("Hi");

        Event failed = events.awaitFailed(id, "stream_truncated");
        events.assertGapless(id);
        assertThat(events.of(id, "started")).extracting(Event::attempt).containsExactly(1, 2, 3);
        assertThat(events.of(id, "chunk").stream()
                        .filter(event -> event.at("/sequence").asInt() == 0))
                .hasSize(3);
        assertThat(events.of(id, "waiting")).singleElement().satisfies(waiting -> {
            assertThat(waiting.text("/reason")).isEqualTo("retry");
            assertThat(waiting.text("/error_code")).isEqualTo("stream_truncated");
        });
        assertThat(failed.at("/error/details/attempts").asInt()).isEqualTo(3);
        assertThat(failed.at("/retryable").asBoolean()).isTrue();
        assertThat(failed.attempt()).isEqualTo(3);
        assertThat(failed.text("/partial/content")).isEqualTo("Hello there");
        assertThat(installation.awaitDeadLetter().getProps().getHeaders().get("x-attempt"))
                .hasToString("3");
    }

    @Test
    void whatFailsOnceInMidStreamIsSaidAgainFromItsBeginning() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .text("Wrong")
                                .raw("{\"error\":\"an error was encountered while running the model\"}\n"),
                        ScriptedAnswer.saying("Right"));
        installation.startWorker();

        String id = installation.ask("Hi");

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        assertThat(completed.text("/message/content")).isEqualTo("Right");
        assertThat(completed.attempt()).isEqualTo(2);
        assertThat(events.of(id, "waiting").getFirst().text("/error_code")).isEqualTo("stream_error");
    }

    @Test
    void silenceBeforeTheFirstTokenIsAStall() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().stall());
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1", "OLLAMA_FIRST_TOKEN_TIMEOUT", "400ms");

        Event failed = events.awaitFailed(installation.ask("Hi"), "stream_stalled");

        assertThat(failed.body().has("partial")).isFalse();
        installation.ollama().awaitAsked(0).awaitGone();
    }

    @Test
    void silenceInMidAnswerIsAStall() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1", "OLLAMA_IDLE_TIMEOUT", "400ms");

        String id = installation.ask("Hi");

        Event failed = events.awaitFailed(id, "stream_stalled");
        events.assertGapless(id);
        assertThat(failed.text("/partial/content")).isEqualTo("Hello");
        installation.ollama().awaitAsked(0).awaitGone();
    }

    @Test
    void anEmptyAnswerIsNotMistakenForATruncatedOne() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().done());
        installation.startWorker();

        String id = installation.ask("Hi");

        Event completed = events.awaitCompleted(id);
        assertThat(completed.text("/message/content")).isEmpty();
        assertThat(completed.at("/chunks").asInt()).isZero();
    }

    @Test
    void linesThatAreNoneOfOllamasAreSkippedAndCounted() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("Hello")
                        .raw("not json\n")
                        .raw("\n")
                        .raw("[1]\n")
                        .raw("{\"message\":{\"tool_calls\":[\"f\",null]}}\n")
                        .raw("{\"logprobs\":[-0.5]}\n")
                        .text(" there")
                        .done());
        installation.startWorker();

        String id = installation.send(Ask.message("Hi"));

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        assertThat(completed.text("/message/content")).isEqualTo("Hello there");
        assertThat(completed.at("/skipped_lines").asInt()).isEqualTo(4);
    }
}
