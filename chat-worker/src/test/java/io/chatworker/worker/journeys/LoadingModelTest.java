package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a requester hears while Ollama loads the model. */
class LoadingModelTest {

    /** Longer than the second after which Ollama is asked, by enough to see that nothing comes of it. */
    private static final Duration WHILE = Duration.ofMillis(1800);

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void aModelThatIsNotInMemoryIsBeingLoaded() {
        RecordedEvents events = installation.events();
        CountDownLatch loaded = new CountDownLatch(1);
        installation
                .ollama()
                .hasLoaded("other:latest")
                .answers(ScriptedAnswer.streaming()
                        .await(loaded)
                        .text("Hello", " there")
                        .done());
        installation.startWorker();

        String id = installation.ask("Hi");
        Event waiting = events.await(id, "waiting");
        loaded.countDown();
        Event completed = events.awaitCompleted(id);

        assertThat(waiting.text("/reason")).isEqualTo("loading_model");
        assertThat(waiting.at("/error_code").isMissingNode()).isTrue();
        assertThat(waiting.attempt()).isEqualTo(completed.attempt()).isEqualTo(1);
        assertThat(waiting.text("/run")).isEqualTo(completed.text("/run"));
        assertThat(names(events, id)).startsWith("started", "waiting", "chunk").containsOnlyOnce("waiting");
        events.assertGapless(id);
    }

    @Test
    void aModelThatIsInMemoryUnderAnySpellingIsOnlySlow() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .hasLoaded("M:latest")
                .answers(ScriptedAnswer.streaming().pause(WHILE).text("Hello").done());
        installation.startWorker("OLLAMA_MODEL", "m");

        String id = installation.ask("Hi");

        events.awaitCompleted(id);
        assertThat(events.of(id, "waiting")).isEmpty();
    }

    @Test
    void anOllamaThatDoesNotSayWhatItHasLoadedHoldsNothingUp() {
        RecordedEvents events = installation.events();
        CountDownLatch said = new CountDownLatch(1);
        installation
                .ollama()
                .hasLoaded()
                .saysWhatIsLoadedAfter(said)
                .answers(ScriptedAnswer.streaming().pause(WHILE).text("Hello").done());
        installation.startWorker();

        String id = installation.ask("Hi");

        events.awaitCompleted(id);
        said.countDown();
        assertThat(events.of(id, "waiting")).isEmpty();
    }

    @Test
    void whoWantsNoChunksHearsNothingOfIt() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .hasLoaded()
                .answers(ScriptedAnswer.streaming().pause(WHILE).text("Hello").done());
        installation.startWorker();

        String id = installation.send(Ask.message("Hi").with("stream", false));

        events.awaitCompleted(id);
        assertThat(names(events, id)).containsExactly("completed");
    }

    @Test
    void aCloudModelIsNeverLoadedHere() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .hasLoaded()
                .answers(ScriptedAnswer.streaming().pause(WHILE).text("Hello").done());
        installation.startWorker("OLLAMA_MODEL", "big:cloud", "CHAT_MODELS_ALLOWED", "*:cloud");

        String id = installation.ask("Hi");

        events.awaitCompleted(id);
        assertThat(events.of(id, "waiting")).isEmpty();
    }

    /** The chat does not wait for the model: it waits for its answer. */
    @Test
    void anEndWhileTheModelLoadsHasNoCause() {
        RecordedEvents events = installation.events();
        installation.ollama().hasLoaded().answers(ScriptedAnswer.streaming().stall());
        installation.startWorker();

        String id = installation.send(Ask.message("Hi")
                .with("deadline", Instant.now().plus(WHILE).plus(WHILE).toString()));
        assertThat(events.await(id, "waiting").text("/reason")).isEqualTo("loading_model");

        Event cancelled = events.awaitCancelled(id, "deadline_exceeded");
        assertThat(cancelled.at("/cause").isMissingNode()).isTrue();
    }

    @Test
    void aSecondTrySaysItNoSecondTime() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .hasLoaded()
                .answers(
                        ScriptedAnswer.streaming().pause(WHILE).text("Hel").cut(),
                        ScriptedAnswer.streaming().pause(WHILE).text("Hello").done());
        installation.startWorker();

        String id = installation.ask("Hi");

        assertThat(events.awaitCompleted(id).attempt()).isEqualTo(2);
        assertThat(events.of(id, "waiting"))
                .extracting(event -> event.text("/reason"))
                .containsExactly("loading_model", "retry");
    }

    private static List<String> names(RecordedEvents events, String id) {
        return events.of(id).stream().map(Event::name).toList();
    }
}
