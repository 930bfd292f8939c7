package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.BrokerConfiguration;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker whose {@code max_message_size} is below the worker's own limit refuses an event by closing the channel. */
class BrokerSizeLimitTest {

    private static final int MOST = 60_000;

    @RegisterExtension
    static final Installation installation =
            Installation.onPrivateBroker(new BrokerConfiguration(List.of("max_message_size = " + MOST), Map.of()));

    @AfterEach
    void closeWorkers() {
        installation.closeWorkers();
    }

    @Test
    void anEventThatItRefusesGoesWithoutItsHistoryAndTheLimitIsRemembered() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("x".repeat(20_000)));
        try (CapturedLog log = new CapturedLog()) {
            installation.startWorker("CHAT_CONCURRENCY", "4");

            for (int request = 0; request < 5; request++) {
                Event completed = events.awaitCompleted(installation.send(longRequest()));

                assertThat(completed.at("/history_omitted").asBoolean()).isTrue();
                assertThat(completed.body().has("history")).isFalse();
                assertThat(completed.text("/message/content")).hasSize(20_000);
                assertThat(completed.attempt()).isEqualTo(1);
            }
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("a publishing channel was opened anew"))
                    .as("channels that it closed")
                    .hasSize(1);
        }
    }

    @Test
    void anAnswerThatIsTooLargeForItFailsAndAChunkThatIsTooLargeIsLeftOut() {
        RecordedEvents events = installation.events();
        // Escaped, 64 KiB of text are more than that as JSON.
        installation
                .ollama()
                .answers(ScriptedAnswer.saying("short ", "\"".repeat(40_000)), ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        String id = installation.ask("Hi");

        Event failed = events.awaitFailed(id, "answer_too_large");
        assertThat(failed.at("/error/details/limit").asInt()).isEqualTo(MOST);
        assertThat(failed.body().has("partial")).isFalse();
        assertThat(failed.at("/chunks").asInt()).isEqualTo(2);
        assertThat(events.of(id, "chunk"))
                .extracting(chunk -> chunk.at("/sequence").asInt())
                .containsExactly(0);
        installation.awaitDeadLetter();
        assertThat(events.awaitCompleted(installation.ask("And now?")).text("/message/content"))
                .isEqualTo("Hello");
    }

    /** Its neighbours on the channel notice no more than a channel that is opened anew. */
    @Test
    void aNeighbourOnTheChannelGoesOnWithoutAGap() {
        RecordedEvents events = installation.events();
        CountDownLatch refused = new CountDownLatch(1);
        installation
                .ollama()
                .answersBy(asked -> asked.toString().contains("neighbour")
                        ? ScriptedAnswer.streaming()
                                .text("Hello")
                                .await(refused)
                                .text(" there")
                                .done()
                        : ScriptedAnswer.saying("x".repeat(20_000)));
        // Two requests at once have two channels in turn, so that the third shares that of the first.
        installation.startWorker("CHAT_CONCURRENCY", "2");
        String neighbour = installation.ask("I am the neighbour");
        events.await(neighbour, "chunk");
        events.awaitCompleted(installation.ask("Hi"));
        Event cut = events.awaitCompleted(installation.send(longRequest()));
        assertThat(cut.at("/history_omitted").asBoolean()).isTrue();
        refused.countDown();

        Event completed = events.awaitCompleted(neighbour);
        events.assertGapless(neighbour);
        assertThat(completed.attempt()).isEqualTo(1);
        assertThat(completed.text("/message/content")).isEqualTo("Hello there");
    }

    private static Ask longRequest() {
        return Ask.message("Hi")
                .with(
                        "messages",
                        List.of(
                                Map.of("role", "user", "content", "u".repeat(25_000)),
                                Map.of("role", "assistant", "content", "v".repeat(25_000))));
    }
}
