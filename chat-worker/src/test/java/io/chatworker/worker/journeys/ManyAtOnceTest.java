package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams that share channels do not mix, whoever publishes when. */
@Law(3)
class ManyAtOnceTest {

    private static final int REQUESTS = 100;
    private static final int LINES = 60;

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void everyStreamIsWholeAndInOrderAndEveryRequestEndsOnce() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answersBy(question -> ScriptedAnswer.saying(words(question.at("/messages")
                        .get(question.at("/messages").size() - 1)
                        .path("content")
                        .asString())));
        installation.startWorker("CHAT_CONCURRENCY", "32", "CHAT_CHUNK_INTERVAL", "0ms");

        List<String> ids = IntStream.range(0, REQUESTS)
                .mapToObj(number -> installation.send(Ask.message("q" + number)))
                .toList();

        for (int number = 0; number < REQUESTS; number++) {
            Event completed = events.awaitCompleted(ids.get(number));
            events.assertGapless(completed.requestId());
            assertThat(events.joined(completed.requestId(), completed.run(), "content"))
                    .isEqualTo(completed.text("/message/content"))
                    .isEqualTo(String.join("", words("q" + number)));
        }
    }

    private static String[] words(String question) {
        return IntStream.range(0, LINES)
                .mapToObj(word -> question + ":" + word + " ")
                .toArray(String[]::new);
    }
}
