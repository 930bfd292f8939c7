package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

    @ParameterizedTest
    @MethodSource("errors")
    void whoAsksForAnErrorGetsOneWithTheNumbersWhereOllamaGivesThem(int status, String body, String details) {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.status(status, "application/json", body));
        installation.startWorker();

        String id = installation.send(longConversation().with("overflow", "error"));

        Event failed = events.awaitFailed(id, "context_length_exceeded");
        assertThat(failed.at("/error/details")).isEqualTo(Json.of(details));
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
        assertThat(installation.ollama().asked()).hasSize(1);
    }

    /** Each form that Ollama gave the error in: from 0.30 the runner's JSON in a string, before it a sentence. */
    static List<Arguments> errors() {
        String numbers = "{\"prompt_tokens\":900,\"context_length\":500}";
        String runner = "{\"error\":{\"code\":400,\"message\":\"" + EXCEEDED
                + "\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":900,\"n_ctx\":500}}";
        return List.of(
                Arguments.of(400, error(runner), numbers),
                Arguments.of(400, error(runner + "\nggml_backend: out of memory"), numbers),
                Arguments.of(400, error(EXCEEDED), numbers),
                Arguments.of(
                        400,
                        error("input length (900 tokens) exceeds the model's maximum context length (500 tokens)"),
                        numbers),
                Arguments.of(400, error("the input length exceeds the context length"), "{}"),
                Arguments.of(500, error("the input length exceeds the context length"), "{}"));
    }

    private static String error(String text) {
        return "{\"error\":" + Json.quoted(text) + "}";
    }

    @Test
    void itIsTriedAgainWithLessUntilItFitsAndEachStartSaysHowMuchIsGone() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answersBy(question -> question.path("messages").size() > 4
                        ? ScriptedAnswer.error(400, "the input length exceeds the context length")
                        : ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1");

        String id = installation.send(longConversation());

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        List<Integer> dropped = events.of(id, "started").stream()
                .map(started -> started.at("/history_dropped").asInt(0))
                .toList();
        assertThat(dropped).hasSizeGreaterThan(2).isSorted().doesNotHaveDuplicates();
        assertThat(dropped.getFirst()).isZero();
        assertThat(events.of(id, "started").getFirst().body().has("history_dropped"))
                .isFalse();
        assertThat(completed.at("/history_dropped").asInt()).isEqualTo(dropped.getLast());
        // What was dropped is not in the history to go on with; 21 turns were sent, and one was said.
        assertThat(completed.at("/history")).hasSize(22 + 1 - dropped.getLast());
        assertThat(completed.text("/history/0/content")).isEqualTo("You are terse.");
        assertThat(events.of(id, "waiting")).isEmpty();
    }

    @Test
    void whereNothingIsLeftToDropItFailsWithTheNumbers() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.error(400, EXCEEDED));
        installation.startWorker();

        Event failed = events.awaitFailed(installation.send(longConversation()), "context_length_exceeded");

        assertThat(failed.at("/error/details/prompt_tokens").asInt()).isEqualTo(900);
        assertThat(installation.ollama().asked().getLast().body().path("messages"))
                .hasSize(2);
    }

    @Test
    void theWorkersOverflowHoldsWhereTheRequestSaysNothing() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.error(400, EXCEEDED),
                        ScriptedAnswer.error(400, EXCEEDED),
                        ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_OVERFLOW", "error");

        events.awaitFailed(installation.send(longConversation()), "context_length_exceeded");
        events.awaitCompleted(installation.send(longConversation().with("overflow", "drop_oldest")));
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
