package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.WorkerProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Conversations that nobody holds: each event's {@code history} is the next request's {@code messages}. */
class ConversationsTest {

    private static final String GENERAL =
            "You are a helpful and efficient assistant. Keep answers concise unless asked for depth.";

    @RegisterExtension
    final Installation installation = new Installation();

    /** A whole conversation: two of three workers are killed in mid-answer, and nothing is lost. */
    @Law({1, 2})
    @Test
    void twentyTurnsAreHeldByHistoriesAloneThoughTwoWorkersAreKilled() {
        RecordedEvents events = installation.events();
        Set<Integer> cutShort = Set.of(7, 14);
        Set<Integer> begun = new TreeSet<>();
        installation.ollama().answersBy(question -> {
            int turn = usersTurns(question.path("messages"));
            return cutShort.contains(turn) && begun.add(turn)
                    ? ScriptedAnswer.streaming().text("half an ").stall()
                    : ScriptedAnswer.saying("answer ", "" + turn);
        });
        Map<String, WorkerProcess> workers = new HashMap<>();
        try {
            startProcess("w1", workers);
            startProcess("w2", workers);
            workers.get("w1").ready();
            JsonNode history = Json.of("[]");
            List<JsonNode> wanted = new ArrayList<>();
            Set<String> answeredBy = new TreeSet<>();
            for (int turn = 1; turn <= 20; turn++) {
                String id = installation.send(Ask.message("question " + turn)
                        .with("conversation_id", "c1")
                        .with("messages", history));
                wanted.add(sent(history, turn));
                if (cutShort.contains(turn)) {
                    events.await(id, "chunk");
                    workers.remove(events.await(id, "started").text("/worker")).kill();
                    if (turn == 7) {
                        startProcess("w3", workers);
                    }
                    wanted.add(sent(history, turn));
                }
                Event completed = events.awaitCompleted(id);
                events.assertGapless(id);
                assertThat(completed.attempt() > 100).isEqualTo(cutShort.contains(turn));
                assertThat(completed.text("/conversation_id")).isEqualTo("c1");
                answeredBy.add(completed.text("/worker"));
                history = completed.at("/history");
            }

            assertThat(history).isEqualTo(rounds(20));
            assertThat(installation.ollama().asked())
                    .extracting(asked -> asked.body().path("messages"))
                    .isEqualTo(wanted);
            assertThat(workers).hasSize(1);
            assertThat(answeredBy).containsAll(workers.keySet()).hasSizeGreaterThan(1);
        } finally {
            workers.values().forEach(WorkerProcess::close);
        }
    }

    private void startProcess(String name, Map<String, WorkerProcess> workers) {
        workers.put(name, WorkerProcess.start(installation.variables("CHAT_WORKER_NAME", name)));
    }

    /** What Ollama is to see at this turn: the worker's prompt, all that was said, the new question. */
    private static JsonNode sent(JsonNode history, int turn) {
        List<Object> messages = new ArrayList<>();
        messages.add(Map.of("role", "system", "content", GENERAL));
        history.forEach(messages::add);
        messages.add(Map.of("role", "user", "content", "question " + turn));
        return Json.MAPPER.valueToTree(messages);
    }

    private static JsonNode rounds(int count) {
        List<Object> turns = new ArrayList<>();
        for (int turn = 1; turn <= count; turn++) {
            turns.add(Map.of("role", "user", "content", "question " + turn));
            turns.add(Map.of("role", "assistant", "content", "answer " + turn));
        }
        return Json.MAPPER.valueToTree(turns);
    }

    private static int usersTurns(JsonNode messages) {
        int count = 0;
        for (JsonNode message : messages) {
            count += message.path("role").asString().equals("user") ? 1 : 0;
        }
        return count;
    }

    @Test
    void theLastQuestionIsAnsweredAgainWithoutWhatWasAnsweredBefore() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Rain."), ScriptedAnswer.saying("Sun."));
        installation.startWorker();
        JsonNode before = Json.of("""
                [{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"},
                 {"role":"user","content":"The weather?"},
                 {"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{}}}]},
                 {"role":"tool","content":"rain","tool_name":"weather"},
                 {"role":"assistant","content":"It rains."}]""");

        Event first = events.awaitCompleted(again(before));
        Event second = events.awaitCompleted(again(first.at("/history")));

        JsonNode question = Json.of("""
                [{"role":"system","content":"%s"},{"role":"user","content":"Hello"},
                 {"role":"assistant","content":"Hi"},{"role":"user","content":"The weather?"}]""".formatted(GENERAL));
        assertThat(installation.ollama().asked())
                .hasSize(2)
                .allSatisfy(asked -> assertThat(asked.body().path("messages")).isEqualTo(question));
        assertThat(contents(second.at("/history"))).containsExactly("Hello", "Hi", "The weather?", "Sun.");
    }

    private String again(JsonNode history) {
        return installation.send(
                Ask.message("").without("message").with("messages", history).with("regenerate", true));
    }

    @Test
    void aToolsResultIsAnsweredInTheNextRequestAndItsCallComesBackAsItWas() {
        RecordedEvents events = installation.events();
        String call = "{\"id\":\"call_x1y2z3a4\",\"function\":{\"index\":0,\"name\":\"weather\","
                + "\"arguments\":{\"city\":\"Tōkyō\",\"days\":1.50}}}";
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .raw("{\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"A tool.\","
                                        + "\"tool_calls\":[" + call + "]},\"done\":false}\n")
                                .done(),
                        ScriptedAnswer.saying("It rains."));
        installation.startWorker();
        JsonNode tools = Json.of("""
                [{"type":"function","function":{"name":"weather","description":"tells the weather",
                  "parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]""");

        Event called = events.awaitCompleted(
                installation.send(Ask.message("The weather?").with("tools", tools)));
        assertThat(called.text("/done_reason")).isEqualTo("stop");
        assertThat(called.at("/message/tool_calls")).isEqualTo(Json.of("[" + call + "]"));
        List<JsonNode> messages =
                new ArrayList<>(called.at("/history").valueStream().toList());
        messages.add(Json.of("""
                {"role":"tool","content":"rain","tool_name":"weather","tool_call_id":"call_x1y2z3a4"}"""));
        Event answered = events.awaitCompleted(installation.send(
                Ask.message("").without("message").with("messages", messages).with("tools", tools)));

        assertThat(installation.ollama().asked().getFirst().body().path("tools"))
                .isEqualTo(tools);
        assertThat(installation.ollama().asked().getLast().body().path("messages"))
                .isEqualTo(Json.of("""
                        [{"role":"system","content":"%s"},{"role":"user","content":"The weather?"},
                         {"role":"assistant","content":"","thinking":"A tool.","tool_calls":[%s]},
                         {"role":"tool","content":"rain","tool_name":"weather","tool_call_id":"call_x1y2z3a4"}]""".formatted(GENERAL, call)));
        messages.add(Json.of("{\"role\":\"assistant\",\"content\":\"It rains.\"}"));
        assertThat(answered.at("/history")).isEqualTo(Json.MAPPER.valueToTree(messages));
    }

    @Test
    void whatATurnHoldsIsKeptExactlyAndOnlyOllamasOwnKeysAreSent() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .shows("{\"capabilities\":[\"completion\",\"vision\"]}")
                .answers(ScriptedAnswer.saying("Indeed."));
        installation.startWorker();
        List<JsonNode> turns = List.of(
                Json.of(
                        "{\"role\":\"user\",\"content\":\"See\",\"images\":[\"aGk=\"],\"id\":7,\"at\":{\"x\":[1.50,null]}}"),
                Json.of(
                        "{\"role\":\"assistant\",\"content\":\" A <b>\\u0000cat</b>\\n\",\"thinking\":\"hm\",\"rating\":5}"),
                Json.of("{\"role\":\"user\",\"content\":\"\"}"));

        Event completed =
                events.awaitCompleted(installation.send(Ask.message("A dog?").with("messages", turns)));

        assertThat(completed.at("/history").valueStream().toList())
                .containsExactly(
                        turns.get(0),
                        turns.get(1),
                        Json.of("{\"role\":\"user\",\"content\":\"A dog?\"}"),
                        Json.of("{\"role\":\"assistant\",\"content\":\"Indeed.\"}"));
        assertThat(installation.ollama().awaitAsked(0).body().path("messages").valueStream())
                .containsExactly(
                        Json.of("{\"role\":\"system\",\"content\":\"" + GENERAL + "\"}"),
                        Json.of("{\"role\":\"user\",\"content\":\"See\",\"images\":[\"aGk=\"]}"),
                        Json.of("{\"role\":\"assistant\",\"content\":\" A <b>\\u0000cat</b>\\n\",\"thinking\":\"hm\"}"),
                        Json.of("{\"role\":\"user\",\"content\":\"A dog?\"}"));
    }

    @Test
    void aLongHistoryIsCutByTheRequestsLimitOrTheWorkersAndSystemTurnsAndCallsStay() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("new"));
        installation.startWorker("CHAT_HISTORY_MAX_MESSAGES", "3");
        JsonNode whole = Json.of("""
                [{"role":"system","content":"s1"},{"role":"user","content":"u1"},{"role":"assistant","content":"a1"},
                 {"role":"system","content":"s2"},{"role":"user","content":"u2"},{"role":"assistant","content":"a2"}]""");
        JsonNode tool = Json.of("""
                [{"role":"user","content":"u1"},{"role":"assistant","content":"a1"},{"role":"user","content":"u2"},
                 {"role":"assistant","content":"c","tool_calls":[{"function":{"name":"f","arguments":{}}}]},
                 {"role":"tool","content":"t1"},{"role":"tool","content":"t2"}]""");

        assertThat(historyOf(Ask.message("u3").with("messages", whole), events))
                .containsExactly("s1", "s2", "u2", "a2", "u3", "new");
        assertThat(historyOf(Ask.message("u3").with("messages", whole).with("history_limit", 1), events))
                .containsExactly("s1", "s2", "u3", "new");
        assertThat(historyOf(Ask.message("u3").with("messages", whole).with("history_limit", 0), events))
                .containsExactly("s1", "u1", "a1", "s2", "u2", "a2", "u3", "new");
        assertThat(historyOf(
                        Ask.message("")
                                .without("message")
                                .with("messages", tool)
                                .with("history_limit", 1),
                        events))
                .containsExactly("c", "t1", "t2", "new");
    }

    /** The contents of the history; what Ollama was asked must be the same without the answer. */
    private List<String> historyOf(Ask ask, RecordedEvents events) {
        Event completed = events.awaitCompleted(installation.send(ask));
        List<String> history = contents(completed.at("/history"));
        List<String> sent =
                contents(installation.ollama().asked().getLast().body().path("messages"));
        sent.remove(GENERAL);
        assertThat(sent).isEqualTo(history.subList(0, history.size() - 1));
        return history;
    }

    @Test
    void aConversationWithoutAnIdIsGivenOneAndWhoWantsNoHistoryGetsNone() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        Event first = events.awaitCompleted(
                installation.send(Ask.message("Hi").without("conversation_id").with("return_history", false)));
        Event second = events.awaitCompleted(installation.send(Ask.message("Hi").without("conversation_id")));

        assertThat(first.text("/conversation_id"))
                .matches("[A-Za-z0-9_-]{1,64}")
                .isNotEqualTo(second.text("/conversation_id"));
        assertThat(first.routingKey()).startsWith(first.text("/conversation_id") + ".");
        assertThat(events.of(first.requestId()))
                .extracting(event -> event.text("/conversation_id"))
                .containsOnly(first.text("/conversation_id"));
        assertThat(first.body().has("history")).isFalse();
        assertThat(second.body().has("history")).isTrue();
    }

    private static List<String> contents(JsonNode turns) {
        List<String> contents = new ArrayList<>();
        turns.forEach(turn -> contents.add(turn.path("content").asString("")));
        return contents;
    }
}
