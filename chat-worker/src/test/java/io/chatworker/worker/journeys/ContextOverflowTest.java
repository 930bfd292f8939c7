package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A conversation that has outgrown the context. */
class ContextOverflowTest {

    private static final String EXCEEDED =
            "the request (900 tokens) exceeds the available context size (500 tokens), try increasing it";

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void theOldestRoundsAreDroppedUntilItFits() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.error(400, EXCEEDED), ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1");

        String id = installation.send(longConversation());

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        List<Asked> asked = installation.ollama().asked();
        int dropped = completed.at("/history_dropped").asInt();
        assertThat(dropped).isPositive().isEven();
        assertThat(asked.get(0).body().path("messages").size()
                        - asked.get(1).body().path("messages").size())
                .isEqualTo(dropped);
        assertThat(asked.get(1).body().at("/messages/0/role").asString()).isEqualTo("system");
        assertThat(asked.get(1).body().path("messages"))
                .last()
                .satisfies(turn -> assertThat(turn.path("content").asString()).isEqualTo("the question"));
        assertThat(asked)
                .allSatisfy(
                        question -> assertThat(question.body().path("truncate").asBoolean(true))
                                .isFalse());
        assertThat(events.of(id, "started").getLast().at("/history_dropped").asInt())
                .isEqualTo(dropped);
        assertThat(completed.attempt()).isEqualTo(2);
    }

    @Test
    void whoAsksForAnErrorGetsOneWithTheNumbers() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.error(400, EXCEEDED));
        installation.startWorker();

        String id = installation.send(longConversation().with("overflow", "error"));

        Event failed = events.awaitFailed(id, "context_length_exceeded");
        assertThat(failed.at("/error/details/prompt_tokens").asInt()).isEqualTo(900);
        assertThat(failed.at("/error/details/context_length").asInt()).isEqualTo(500);
    }

    private static Ask longConversation() {
        List<Map<String, String>> turns = new ArrayList<>();
        turns.add(Map.of("role", "system", "content", "You are terse."));
        for (int i = 0; i < 10; i++) {
            turns.add(Map.of("role", "user", "content", "question " + i + " lorem ipsum".repeat(20)));
            turns.add(Map.of("role", "assistant", "content", "answer " + i + " lorem ipsum".repeat(20)));
        }
        return Ask.message("the question").with("messages", turns);
    }
}
