package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How text is gathered into chunks, by {@code CHAT_CHUNK_INTERVAL}. */
class ChunkGatheringTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void withoutAnIntervalEachLineThatComesAloneIsAChunk() {
        RecordedEvents events = installation.events();
        List<CountDownLatch> seen =
                Stream.generate(() -> new CountDownLatch(1)).limit(4).toList();
        ScriptedAnswer answer = ScriptedAnswer.streaming();
        for (int i = 0; i < 4; i++) {
            answer.text("line " + i).await(seen.get(i));
        }
        installation.ollama().answers(answer.done());
        installation.startWorker("CHAT_CHUNK_INTERVAL", "0ms");

        String id = installation.ask("Hi");

        for (int i = 0; i < 4; i++) {
            assertThat(events.await(id, "chunk", i).text("/content")).isEqualTo("line " + i);
            seen.get(i).countDown();
        }
        assertThat(events.awaitCompleted(id).at("/chunks").asInt()).isEqualTo(4);
        events.assertGapless(id);
    }

    @Test
    void linesThatAreThereTogetherGoTogether() {
        RecordedEvents events = installation.events();
        String many = "one two three four five six seven eight nine ten ".repeat(20);
        String[] words = many.split("(?<= )");
        StringBuilder lines = new StringBuilder();
        Stream.of(words)
                .forEach(word -> lines.append("{\"message\":{\"role\":\"assistant\",\"content\":\"")
                        .append(word)
                        .append("\"},\"done\":false}\n"));
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().raw(lines.toString()).done());
        installation.startWorker("CHAT_CHUNK_INTERVAL", "0ms");

        String id = installation.ask("Hi");

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        assertThat(completed.at("/chunks").asInt()).isLessThan(words.length / 4);
        assertThat(events.joined(id, completed.run(), "content")).isEqualTo(many);
    }

    @Test
    void theFirstChunkLeavesAtOnceAndTheRestIsGatheredToTheEnd() {
        RecordedEvents events = installation.events();
        CountDownLatch first = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("a")
                        .await(first)
                        .text("b", "c", "d", "e", "f")
                        .done());
        installation.startWorker("CHAT_CHUNK_INTERVAL", "10s");

        String id = installation.ask("Hi");

        assertThat(events.await(id, "chunk").text("/content")).isEqualTo("a");
        first.countDown();
        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        assertThat(events.of(id, "chunk"))
                .extracting(chunk -> chunk.text("/content"))
                .containsExactly("a", "bcdef");
        assertThat(completed.at("/chunks").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsGatheredLeavesAfterTheIntervalThoughOllamaIsSilent() {
        RecordedEvents events = installation.events();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("a")
                        .await(first)
                        .text("b", "c")
                        .await(second)
                        .done());
        installation.startWorker("CHAT_CHUNK_INTERVAL", "1s");

        String id = installation.ask("Hi");

        events.await(id, "chunk");
        first.countDown();
        assertThat(events.await(id, "chunk", 1).text("/content")).isEqualTo("bc");
        second.countDown();
        events.awaitCompleted(id);
        events.assertGapless(id);
    }
}
