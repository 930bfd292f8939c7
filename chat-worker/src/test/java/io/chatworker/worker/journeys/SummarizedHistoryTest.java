package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.standin.Exchanges;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.LongConversation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** A conversation that has outgrown the context, and whose requester wants it remembered. */
class SummarizedHistoryTest {

    private static final String SUMMARY = "The user is Ada.";

    /** What Ollama 0.33 said, with the numbers that this model counts. */
    private static final String RECORDED = recordedWords();

    @RegisterExtension
    static final Installation installation = new Installation();

    @TempDir
    private static Path agents;

    private final RecordedEvents events = installation.events();

    @BeforeAll
    static void startWorker() {
        installation.startWorker(
                "CHAT_AGENTS_DIR", agents.toString(), "OLLAMA_IDLE_TIMEOUT", "300ms", "CHAT_CONCURRENCY", "2");
    }

    @AfterEach
    void ollamaIsThere() {
        installation.ollama().isDown(false);
    }

    @ParameterizedTest
    @CsvSource({"summarize, Hello Ada.", "drop_oldest, I do not know."})
    void afterSixtyTurnsInASmallContextOnlySummariesKnowWhatTheFirstSaid(String overflow, String answer) {
        installation.ollama().answersBy(SummarizedHistoryTest::countingModel);
        int before = installation.ollama().asked().size();
        JsonNode history = Json.of("[]");
        int summarized = 0;
        for (int turn = 1; turn <= 60; turn++) {
            String message = turn == 1
                    ? "My name is Ada."
                    : turn == 60
                            ? "What is my name?"
                            : "What happens when consumer " + turn + " dies?" + " Tell me more.".repeat(10);
            Event completed = events.awaitCompleted(installation.send(Ask.message(message)
                    .with("messages", history)
                    .with("overflow", overflow)
                    .with("options", Map.of("num_ctx", 2048))));
            history = completed.at("/history");
            summarized += completed.body().has("history_summarized") ? 1 : 0;
            if (turn == 60) {
                assertThat(completed.text("/message/content")).startsWith(answer);
            }
        }

        List<JsonNode> calls = callsSince(before);
        long refused = calls.stream().filter(call -> tokens(call) > 2048).count();
        assertThat(calls.stream().filter(call -> isForSummary(call) && tokens(call) > 2048))
                .isEmpty();
        if (overflow.equals("summarize")) {
            // Not with every question from then on.
            assertThat(summarized).isBetween(2, 12);
            assertThat(refused).isEqualTo(summarized);
            assertThat(history.valueStream().filter(turn -> turn.path("summary").asBoolean(false)))
                    .hasSize(1);
        } else {
            assertThat(summarized).isZero();
        }
    }

    @Test
    void theRequesterIsToldOllamaIsAskedAndTheSummaryStandsInTheRoundsPlace() {
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.error(400, LongConversation.EXCEEDED),
                        ScriptedAnswer.saying(" The user", " is Ada.\n"),
                        ScriptedAnswer.saying("Hello"));
        int before = installation.ollama().asked().size();

        String id = installation.send(LongConversation.toSummarize()
                .with("think", true)
                .with("tools", List.of(Json.of("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}")))
                .with("keep_alive", "1h")
                .with("options", Map.of("num_ctx", 6000, "stop", List.of("\n"), "num_predict", 40)));

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        int gone = completed.at("/history_summarized").asInt();
        assertThat(gone).isPositive().isEven();
        assertThat(completed.body().has("history_dropped")).isFalse();
        assertThat(completed.attempt()).isEqualTo(2);
        Event waiting = events.of(id, "waiting").getFirst();
        Event first = events.of(id, "started").getFirst();
        assertThat(waiting.text("/reason")).isEqualTo("summarizing");
        assertThat(List.of(waiting.attempt(), waiting.run())).isEqualTo(List.of(1, first.run()));
        assertThat(first.body().has("history_summarized")).isFalse();
        assertThat(events.of(id, "started").getLast().at("/history_summarized").asInt())
                .isEqualTo(gone);
        assertThat(events.of(id, "waiting")).hasSize(1);

        List<JsonNode> calls = callsSince(before);
        assertThat(calls).hasSize(3);
        JsonNode asked = calls.get(1);
        assertThat(asked.propertyNames())
                .containsExactlyInAnyOrder("model", "messages", "stream", "truncate", "think", "options", "keep_alive");
        assertThat(asked.path("think").asBoolean(true)).isFalse();
        assertThat(asked.path("truncate").asBoolean(true)).isFalse();
        assertThat(asked.path("options"))
                .isEqualTo(Json.of("{\"temperature\":0.7,\"num_ctx\":6000,\"num_predict\":256}"));
        assertThat(contents(asked.path("messages")).getLast())
                .contains("User: question 0")
                .doesNotContain("You are terse.", "the question");
        // Behind the prompt, and with no key that Ollama does not know.
        assertThat(calls.get(2).at("/messages/0")).isEqualTo(calls.get(0).at("/messages/0"));
        assertThat(calls.get(2).at("/messages/1"))
                .isEqualTo(Json.of("{\"role\":\"system\",\"content\":\"" + SUMMARY + "\"}"));
        assertThat(calls.get(2).path("messages"))
                .hasSize(calls.get(0).path("messages").size() - gone + 1);
        assertThat(completed.at("/history/1"))
                .isEqualTo(Json.of("{\"role\":\"system\",\"content\":\"" + SUMMARY + "\",\"summary\":true}"));
        assertThat(completed.at("/history")).hasSize(22 - gone + 2);
    }

    @Test
    void theNextSummaryTakesTheLastOneInAndNoPromptTakesItsPlace() {
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.error(400, LongConversation.EXCEEDED),
                        ScriptedAnswer.saying("The user is Ada and likes tea."),
                        ScriptedAnswer.saying("Hello"));
        int before = installation.ollama().asked().size();
        List<Object> turns = new ArrayList<>();
        turns.add(Map.of("role", "system", "content", SUMMARY, "summary", true));
        turns.addAll(LongConversation.rounds());

        Event completed = events.awaitCompleted(installation.send(Ask.message("the question")
                .with("messages", turns)
                .with("system", "Be kind.")
                .with("overflow", "summarize")));

        List<JsonNode> calls = callsSince(before);
        assertThat(contents(calls.get(0).path("messages"))).startsWith("Be kind.", SUMMARY);
        assertThat(contents(calls.get(1).path("messages")).getLast()).contains(SUMMARY);
        assertThat(contents(calls.get(2).path("messages"))).startsWith("Be kind.", "The user is Ada and likes tea.");
        int gone = completed.at("/history_summarized").asInt();
        assertThat(gone).isOdd();
        assertThat(completed.at("/history")).hasSize(22 - gone + 2);
        assertThat(contents(completed.at("/history"))).startsWith("The user is Ada and likes tea.");
    }

    static List<Named<ScriptedAnswer>> failures() {
        return List.of(
                Named.of("an error", ScriptedAnswer.error(500, "model runner has unexpectedly stopped")),
                Named.of("busy", ScriptedAnswer.error(503, "server busy")),
                Named.of("refused", ScriptedAnswer.error(400, "no")),
                Named.of("nothing but blanks", ScriptedAnswer.saying(" ", "\n")),
                Named.of("silence", ScriptedAnswer.streaming().text("The user").stall()),
                Named.of(
                        "an end in the middle",
                        ScriptedAnswer.streaming().text("The user").cut()),
                Named.of("a reset", ScriptedAnswer.closedBeforeHeaders()),
                Named.of("no end", ScriptedAnswer.saying("x".repeat(100_000))));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whereSummarizingFailsTheRoundsAreDroppedAsIfNobodyHadWantedASummary(ScriptedAnswer failure) {
        installation
                .ollama()
                .answers(ScriptedAnswer.error(400, LongConversation.EXCEEDED), failure, ScriptedAnswer.saying("Hello"));
        int before = installation.ollama().asked().size();

        String id = installation.send(LongConversation.toSummarize());

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        assertThat(completed.at("/history_dropped").asInt()).isPositive();
        assertThat(completed.body().has("history_summarized")).isFalse();
        assertThat(completed.attempt()).isEqualTo(2);
        List<JsonNode> calls = callsSince(before);
        assertThat(calls.get(2).path("messages"))
                .hasSize(calls.get(0).path("messages").size()
                        - completed.at("/history_dropped").asInt());
    }

    /** A model that has room for nothing: neither the prompt nor any part of it. */
    @Law(6)
    @Test
    void whatFitsNowhereFailsAfterABoundedNumberOfCalls() {
        installation.ollama().answersBy(_ -> ScriptedAnswer.error(400, LongConversation.EXCEEDED));
        int before = installation.ollama().asked().size();

        Event failed = events.awaitFailed(installation.send(LongConversation.toSummarize()), "context_length_exceeded");

        assertThat(failed.at("/error/details/prompt_tokens").asInt()).isEqualTo(7000);
        assertThat(callsSince(before))
                .hasSizeLessThan(60)
                .last()
                .satisfies(call -> assertThat(call.path("messages")).hasSize(2));
    }

    /** What ends a request while its rounds are summarized. */
    enum End {
        CANCEL("cancelled"),
        DEADLINE("deadline_exceeded");

        private final String reason;

        End(String reason) {
            this.reason = reason;
        }
    }

    @Law(4)
    @ParameterizedTest
    @EnumSource
    void aCancelAndADeadlineCloseTheCallOfASummaryAtOnce(End end) {
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.error(400, LongConversation.EXCEEDED),
                        ScriptedAnswer.streaming().stall());
        int before = installation.ollama().asked().size();
        Ask ask = LongConversation.toSummarize();
        if (end == End.DEADLINE) {
            ask.with("deadline", Instant.now().plus(Duration.ofMillis(700)).toString());
        }

        String id = installation.send(ask);
        Asked asked = installation.ollama().awaitAsked(before + 1);
        if (end == End.CANCEL) {
            installation.chat().cancel(id);
        }

        asked.awaitGone();
        Event cancelled = events.awaitCancelled(id, end.reason);
        assertThat(cancelled.text("/cause")).isEqualTo("summarizing");
        assertThat(cancelled.attempt()).isEqualTo(1);
        assertThat(cancelled.body().has("partial")).isFalse();
        assertThat(cancelled.at("/history")).hasSize(22);
    }

    @Law(5)
    @Test
    void anOutageWhileRoundsAreSummarizedIsWaitedForAndThenTheyAre() {
        CountDownLatch gone = new CountDownLatch(1);
        installation.ollama().answersBy(question -> {
            if (!isForSummary(question) || gone.getCount() == 0) {
                return countingModel(question);
            }
            installation.ollama().isDown(true);
            gone.countDown();
            return ScriptedAnswer.status(502, "text/html", "<html>bad gateway</html>");
        });

        String id = installation.send(LongConversation.toSummarize().with("options", Map.of("num_ctx", 800)));
        Waits.forSignal("the call of the summary", gone);
        events.await(id, "waiting", 1);
        installation.ollama().isDown(false);

        Event completed = events.awaitCompleted(id);
        assertThat(events.of(id, "waiting"))
                .extracting(waiting -> waiting.text("/reason"))
                .containsExactly("summarizing", "ollama_unavailable");
        assertThat(completed.at("/history_summarized").asInt()).isPositive();
        assertThat(completed.body().has("history_dropped")).isFalse();
        assertThat(contents(completed.at("/history"))).contains("Consumers die.");
    }

    @Test
    void theOperatorsPromptIsUsedAndIsNoAgent() throws IOException {
        Path file = agents.resolve("summarizer.md");
        Files.writeString(file, "Schreibe auf, worum es ging.");
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.error(400, LongConversation.EXCEEDED),
                        ScriptedAnswer.saying(SUMMARY),
                        ScriptedAnswer.saying("Hello"));
        int before = installation.ollama().asked().size();

        events.awaitCompleted(installation.send(LongConversation.toSummarize()));
        Event failed =
                events.awaitFailed(installation.send(Ask.message("Hi").with("agent", "summarizer")), "agent_not_found");

        assertThat(contents(callsSince(before).get(1).path("messages"))).startsWith("Schreibe auf, worum es ging.");
        assertThat(failed.at("/error/details/agents")).isEqualTo(Json.of("[\"general\"]"));
        Files.delete(file);
    }

    private static List<JsonNode> callsSince(int before) {
        List<Asked> asked = installation.ollama().asked();
        return asked.subList(before, asked.size()).stream().map(Asked::body).toList();
    }

    /** Takes four characters for a token, refuses what it has no room for, and knows what it is given and no more. */
    private static ScriptedAnswer countingModel(JsonNode call) {
        int tokens = tokens(call);
        int context = call.at("/options/num_ctx").asInt();
        if (tokens > context) {
            return ScriptedAnswer.status(
                    400,
                    "application/json; charset=utf-8",
                    RECORDED.replace("3011", "" + tokens).replace("512", "" + context));
        }
        List<String> contents = contents(call.path("messages"));
        boolean knows = contents.stream().anyMatch(content -> content.contains("My name is Ada."));
        if (isForSummary(call)) {
            return ScriptedAnswer.saying(knows ? "The user said: My name is Ada." : "Consumers die.");
        }
        if (contents.getLast().equals("What is my name?")) {
            return knows
                    ? ScriptedAnswer.recorded(Exchanges.byName("history"))
                    : ScriptedAnswer.saying("I do not know.");
        }
        return ScriptedAnswer.recorded(Exchanges.byName(contents.size() % 4 == 0 ? "plain" : "plain-consumer"));
    }

    private static boolean isForSummary(JsonNode call) {
        return contents(call.path("messages")).getLast().endsWith("</conversation>");
    }

    private static int tokens(JsonNode call) {
        return contents(call.path("messages")).stream().mapToInt(String::length).sum() / 4;
    }

    private static List<String> contents(JsonNode turns) {
        return turns.valueStream()
                .map(turn -> turn.path("content").asString(""))
                .collect(Collectors.toList());
    }

    private static String recordedWords() {
        try {
            JsonNode exchange = Json.of(Files.readAllBytes(
                    Path.of("src", "test", "resources", "ollama-transcripts", "0.33", "context-exceeded.json")));
            return exchange.at("/response/lines/0/1").asString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
