package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedTool;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Ends that would be too large for the broker. */
class EventSizeTest {

    private static final int MOST = 4096;
    private static final JsonNode METADATA = Json.of("{\"tenant\":\"blue\"}");

    @RegisterExtension
    static final Installation installation = new Installation();

    @BeforeAll
    static void startWorker() {
        installation.startWorker("CHAT_MAX_EVENT_BYTES", "" + MOST, "CHAT_MAX_ATTEMPTS", "1");
    }

    @Test
    void anEndThatIsTooLargeGoesWithoutItsHistory() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));

        String id = installation.send(longRequest());

        Event completed = events.awaitCompleted(id);
        assertThat(completed.at("/history_omitted").asBoolean()).isTrue();
        assertThat(completed.body().has("history")).isFalse();
        assertThat(completed.text("/message/content")).isEqualTo("Hello");
        assertThat(completed.at("/metadata")).isEqualTo(METADATA);
    }

    @Test
    void oneThatFitsKeepsItsHistoryAndSaysNothingOfIt() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));

        Event completed = events.awaitCompleted(installation.ask("Hi"));

        assertThat(completed.body().has("history_omitted")).isFalse();
        assertThat(completed.at("/history")).hasSize(2);
    }

    @Test
    void aCancelledOneGoesWithoutItsHistoryToo() {
        RecordedEvents events = installation.events();
        String deadline = "2026-01-01T00:00:00Z";

        String id = installation.send(longRequest().with("deadline", deadline));

        Event cancelled = events.awaitCancelled(id, "deadline_exceeded");
        assertThat(cancelled.at("/history_omitted").asBoolean()).isTrue();
        assertThat(cancelled.body().has("history")).isFalse();
    }

    @Test
    void oneThatIsTooLargeWithWhatToolsSaidGoesWithoutThatToo() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .calls(
                                        "{\"id\":\"1\",\"function\":{\"name\":\"long\",\"arguments\":{}}}",
                                        "{\"id\":\"2\",\"function\":{\"name\":\"failing\",\"arguments\":{}}}")
                                .done(),
                        ScriptedAnswer.saying("Hello"));
        try (ScriptedTool _ = offer("long", "{\"content\":\"" + "x".repeat(5000) + "\"}");
                ScriptedTool _ = offer("failing", "{\"error\":\"" + "y".repeat(5000) + "\"}")) {
            Event completed = events.awaitCompleted(installation.send(Ask.message("Hi")
                    .with("tools", List.of(tool("long"), tool("failing")))
                    .with("tool_rounds", 1)));

            assertThat(completed.at("/history_omitted").asBoolean()).isTrue();
            assertThat(completed.at("/content_omitted").asBoolean()).isTrue();
            assertThat(completed.text("/message/content")).isEqualTo("Hello");
            JsonNode executed = completed.at("/tool_calls_executed");
            assertThat(executed.get(0).has("content")).isFalse();
            assertThat(executed.get(0).has("error")).isFalse();
            assertThat(executed.get(1).path("error").asString())
                    .startsWith("yyy")
                    .hasSizeLessThan(1100);
        }
    }

    private static Map<String, Object> tool(String name) {
        return Map.of("type", "function", "function", Map.of("name", name));
    }

    private static ScriptedTool offer(String name, String result) {
        return ScriptedTool.offer(installation.connection(), installation.topology(), name, _ -> result);
    }

    @Test
    void anAnswerThatIsItselfTooLargeFailsWithoutIt() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("x".repeat(3000), "y".repeat(3000)));

        String id = installation.send(Ask.message("Hi").with("metadata", METADATA));

        Event failed = events.awaitFailed(id, "answer_too_large");
        events.assertGapless(id);
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
        assertThat(failed.body().has("partial")).isFalse();
        assertThat(failed.at("/error/details/limit").asInt()).isEqualTo(MOST);
        assertThat(failed.at("/error/details/bytes").asInt()).isBetween(6000, 7000);
        assertThat(failed.at("/metadata")).isEqualTo(METADATA);
        // Whoever followed the chunks has all of it.
        assertThat(events.joined(id, failed.run(), "content")).hasSize(6000);
        assertThat(installation.awaitDeadLetter().getProps().getHeaders().get("x-failure-code"))
                .hasToString("answer_too_large");
    }

    @Test
    void aFailureWithTooMuchSaidIsToldAsTooLarge() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().text("x".repeat(5000)).raw("{\"error\":\"it broke\"}\n"));

        Event failed = events.awaitFailed(installation.ask("Hi"), "answer_too_large");

        assertThat(failed.body().has("partial")).isFalse();
        installation.awaitDeadLetter();
    }

    private static Ask longRequest() {
        return Ask.message("Hi")
                .with("metadata", METADATA)
                .with(
                        "messages",
                        List.of(
                                Map.of("role", "user", "content", "x".repeat(3000)),
                                Map.of("role", "assistant", "content", "y".repeat(3000))));
    }
}
