package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedTool;
import io.chatworker.worker.testing.ScriptedTool.Called;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A model's tool calls, carried out by services on the broker. */
class ToolRoundsTest {

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final Duration AT_ONCE = Duration.ofMillis(100);

    @RegisterExtension
    static final Installation installation = new Installation();

    @BeforeAll
    static void startWorker() {
        installation.startWorker("CHAT_CONCURRENCY", "4", "CHAT_TOOL_TIMEOUT", "700ms", "CHAT_MAX_TOOL_ROUNDS", "3");
    }

    private static Ask ask(int rounds, String... tools) {
        List<Map<String, Object>> offered = new ArrayList<>();
        for (String tool : tools) {
            offered.add(Map.of("type", "function", "function", Map.of("name", tool, "parameters", Map.of())));
        }
        return Ask.message("What is it like?").with("tools", offered).with("tool_rounds", rounds);
    }

    private static String call(String id, String name, String arguments) {
        return "{\"id\":\"" + id + "\",\"function\":{\"index\":0,\"name\":\"" + name + "\",\"arguments\":" + arguments
                + "}}";
    }

    private static ScriptedTool offer(String name, java.util.function.Function<Called, String> script) {
        return ScriptedTool.offer(installation.connection(), installation.topology(), name, script);
    }

    private static String key(String requestId, String name, String arguments, int before) throws Exception {
        byte[] text = (requestId + "\n" + name + "\n" + arguments + "\n" + before).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    }

    private static List<String> names(List<Event> events) {
        return events.stream().map(Event::name).toList();
    }

    @Law(3)
    @Test
    void theCallsOfTwoRoundsAreCarriedOutAndTheAnswerGoesOn() throws Exception {
        RecordedEvents events = installation.events();
        int asked = installation.ollama().asked().size();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .text("Let me look. ")
                                .calls(
                                        call(
                                                "c1",
                                                "weather",
                                                "{\"t\":1e2,\"city\":\"Łódź/\\u0001\",\"a\":[-0,{\"z\":1.50,\"b\":null}]}"),
                                        call("c2", "clock", "\"{\\\"zone\\\":\\\"CET\\\"}\""))
                                .done(),
                        ScriptedAnswer.streaming()
                                .calls(call("c3", "clock", "{\"zone\":\"CET\"}"))
                                .done(),
                        ScriptedAnswer.saying("It is ", "cold."));
        try (ScriptedTool weather = offer("weather", _ -> "{\"content\":{\"celsius\":4.50,\"sky\":\"klar\"}}");
                ScriptedTool clock = offer("clock", _ -> "{\"content\":\"noon\",\"more\":1}")) {

            String id = installation.send(ask(3, "weather", "clock")
                    .with("metadata", Map.of("tenant", "acme"))
                    .header("traceparent", TRACE)
                    .header("tracestate", "a=b"));
            Event completed = events.awaitCompleted(id);

            events.assertGapless(id);
            assertThat(names(events.of(id)))
                    .containsSubsequence("started", "chunk", "tool_call", "tool_call", "tool_result", "tool_result")
                    .containsSubsequence("tool_result", "tool_call", "tool_result", "chunk", "completed");
            assertThat(events.joined(id, completed.run(), "content"))
                    .isEqualTo("Let me look. It is cold.")
                    .isEqualTo(completed.text("/message/content"));
            assertThat(events.joinedList(id, completed.run(), "tool_calls")).isEmpty();
            assertThat(completed.at("/message").has("tool_calls")).isFalse();

            // What a service sees.
            Called called = weather.awaitCall(0);
            String canonical = "{\"a\":[-0,{\"b\":null,\"z\":1.50}],\"city\":\"Łódź/\\u0001\",\"t\":1e2}";
            assertThat(called.body().path("idempotency_key").asString()).isEqualTo(key(id, "weather", canonical, 0));
            assertThat(called.body().propertyNames())
                    .containsExactlyInAnyOrder(
                            "contract_version",
                            "call_id",
                            "idempotency_key",
                            "request_id",
                            "conversation_id",
                            "attempt",
                            "run",
                            "name",
                            "arguments",
                            "deadline",
                            "metadata");
            assertThat(called.body().path("run").asString()).isEqualTo(completed.run());
            assertThat(called.body().path("metadata")).isEqualTo(Json.of("{\"tenant\":\"acme\"}"));
            assertThat(Duration.between(
                            Instant.now(),
                            Instant.parse(called.body().path("deadline").asString())))
                    .isLessThan(Duration.ofMillis(700));
            assertThat(called.properties().getType()).isEqualTo("chat.tool_call");
            assertThat(called.properties().getMessageId())
                    .isEqualTo(called.properties().getCorrelationId())
                    .isEqualTo(called.id());
            assertThat(Integer.parseInt(called.properties().getExpiration())).isBetween(1, 700);
            assertThat(called.properties().getHeaders().get("traceparent")).hasToString(TRACE);
            assertThat(called.properties().getHeaders().get("tracestate")).hasToString("a=b");
            assertThat(called.properties().getReplyTo())
                    .startsWith(installation.topology().toolResultsPrefix());
            assertThat(clock.calls().stream()
                            .map(each -> each.body().path("idempotency_key").asString()))
                    .as("equal calls are told apart")
                    .containsExactly(
                            key(id, "clock", "{\"zone\":\"CET\"}", 0), key(id, "clock", "{\"zone\":\"CET\"}", 1));

            // What the model sees, and the next request sends.
            JsonNode last = installation.ollama().awaitAsked(asked + 2).body().path("messages");
            assertThat(last.valueStream().map(turn -> turn.path("role").asString()))
                    .endsWith("user", "assistant", "tool", "tool", "assistant", "tool");
            int size = last.size();
            assertThat(last.get(size - 4))
                    .isEqualTo(Json.of(
                            "{\"role\":\"tool\",\"content\":\"{\\\"celsius\\\":4.50,\\\"sky\\\":\\\"klar\\\"}\","
                                    + "\"tool_name\":\"weather\",\"tool_call_id\":\"c1\"}"));
            assertThat(last.get(size - 3).path("content").asString()).isEqualTo("noon");
            JsonNode history = completed.at("/history");
            assertThat(history).hasSize(7);
            assertThat(history.get(1).path("content").asString()).isEqualTo("Let me look. ");
            assertThat(history.get(1).path("tool_calls")).hasSize(2);
            assertThat(history.get(6)).isEqualTo(Json.of("{\"role\":\"assistant\",\"content\":\"It is cold.\"}"));

            // What is told of it.
            JsonNode executed = completed.at("/tool_calls_executed");
            assertThat(executed.valueStream().map(one -> one.path("name").asString()))
                    .containsExactly("weather", "clock", "clock");
            assertThat(executed.get(0).path("content")).isEqualTo(Json.of("{\"celsius\":4.50,\"sky\":\"klar\"}"));
            assertThat(executed.get(0).path("call_id").asString()).isEqualTo(called.id());
            assertThat(completed.at("/usage"))
                    .isEqualTo(Json.of("{\"prompt_eval_count\":33,\"eval_count\":21,\"total_tokens\":54}"));
            assertThat(completed.at("/context_window/usage_tokens").asInt()).isEqualTo(18);
            assertThat(completed.at("/timings/eval_duration_ns").asLong()).isEqualTo(9_000_000);
        }
    }

    @Law({2, 7})
    @Test
    void aToolNeverFailsARequest() {
        RecordedEvents events = installation.events();
        int asked = installation.ollama().asked().size();
        List<String> calls = new ArrayList<>(List.of(
                call("0", "unknown", "{}"),
                call("1", "absent", "{}"),
                call("2", "silent", "{}"),
                call("3", "failing", "{}"),
                call("4", "large", "{}"),
                call("5", "garbled", "{}"),
                call("6", "twice", "{}"),
                "{\"function\":{\"arguments\":{}}}",
                call("8", "a.b", "{}"),
                call("9", "void", "{}")));
        IntStream.range(10, 22).forEach(i -> calls.add(call("" + i, "twice", "{\"i\":" + i + "}")));
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .calls(calls.toArray(String[]::new))
                                .done(),
                        ScriptedAnswer.saying("So be it."));
        try (ScriptedTool silent = offer("silent", _ -> null);
                ScriptedTool _ = offer("failing", _ -> "{\"error\":\"no such city\"}");
                ScriptedTool _ = offer("large", _ -> "{\"content\":\"" + "x".repeat(300 * 1024) + "\"}");
                ScriptedTool _ = offer("garbled", _ -> "{\"content\":");
                ScriptedTool _ = offer("void", _ -> "{\"content\":null}");
                ScriptedTool twice = offer("twice", _ -> "{\"content\":1}")) {

            String id = installation.send(
                    ask(1, "absent", "silent", "failing", "large", "garbled", "twice", "a.b", "void"));
            twice.answer(twice.awaitCall(0), "{\"content\":2}");
            Event completed = events.awaitCompleted(id);
            silent.answer(silent.awaitCall(0), "{\"content\":\"late\"}");

            String tooMany = "more than 16 calls at once are not carried out";
            List<JsonNode> executed =
                    completed.at("/tool_calls_executed").valueStream().toList();
            assertThat(executed).hasSize(22);
            assertThat(executed.stream()
                            .map(one -> one.has("content")
                                    ? one.get("content").toString()
                                    : one.path("error").asString())
                            .toList())
                    .startsWith(
                            "there is no tool 'unknown'",
                            "no service offers the tool 'absent'",
                            "no answer within 700 ms",
                            "no such city",
                            "the tool's result has 307214 bytes, and 262144 are the limit",
                            "the tool's result cannot be read: it is not the JSON that is accepted here",
                            "1",
                            "there is no tool ''",
                            "the tool 'a.b' cannot be called: its name is no id",
                            "null",
                            "1")
                    .endsWith("1", tooMany, tooMany, tooMany);
            assertThat(events.of(id, "tool_call")).hasSize(16);
            assertThat(events.of(id, "tool_result")).hasSize(22);
            assertThat(executed.get(2).path("duration_ms").asLong()).isBetween(700L, 10_000L);
            assertThat(executed.get(0).path("duration_ms").asLong()).isZero();
            JsonNode messages =
                    installation.ollama().awaitAsked(asked + 1).body().path("messages");
            assertThat(messages.get(messages.size() - 22).path("content").asString())
                    .isEqualTo("{\"error\":\"there is no tool 'unknown'\"}");
            assertThat(messages.valueStream()
                            .filter(turn -> turn.path("role").asString().equals("tool"))
                            .map(turn -> turn.path("tool_call_id").asString(""))
                            .toList())
                    .as("in the order of the calls")
                    .startsWith("0", "1", "2", "3", "4", "5", "6", "", "8", "9", "10");
        }
    }

    @Test
    void whenTheRoundsAreUsedUpTheCallsComeBack() {
        RecordedEvents events = installation.events();
        String again = call("c", "clock", "{}");
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming().calls(again).done(),
                        ScriptedAnswer.streaming().text("Hm. ").calls(again).done(),
                        ScriptedAnswer.streaming().calls(again).done());
        try (ScriptedTool clock = offer("clock", _ -> "{\"content\":\"noon\"}")) {
            Event one = events.awaitCompleted(installation.send(ask(1, "clock")));
            Event none = events.awaitCompleted(installation.send(ask(0, "clock")));

            assertThat(clock.calls()).hasSize(1);
            assertThat(one.at("/tool_calls_executed")).hasSize(1);
            for (Event completed : List.of(one, none)) {
                assertThat(completed.at("/message/tool_calls")).isEqualTo(Json.of("[" + again + "]"));
                assertThat(events.joinedList(completed.requestId(), completed.run(), "tool_calls"))
                        .hasSize(1);
            }
            assertThat(none.body().has("tool_calls_executed")).isFalse();
            assertThat(one.at("/history").get(one.at("/history").size() - 1).path("tool_calls"))
                    .hasSize(1);
        }
    }

    @Test
    void theWorkersMaximumCapsTheRounds() {
        RecordedEvents events = installation.events();
        ScriptedAnswer calls =
                ScriptedAnswer.streaming().calls(call("c", "clock", "{}")).done();
        installation.ollama().answers(calls, calls, calls, calls);
        try (ScriptedTool clock = offer("clock", _ -> "{\"content\":\"noon\"}")) {
            Event completed = events.awaitCompleted(
                    installation.send(ask(1_000_000, "clock").with("stream", false)));

            assertThat(clock.calls()).hasSize(3);
            assertThat(completed.at("/message/tool_calls")).hasSize(1);
            assertThat(events.of(completed.requestId())).as("without streaming").hasSize(1);
        }
    }

    @Law(4)
    @Test
    void aCancelAndADeadlineEndTheWaitingWithinAHundredMilliseconds() throws Exception {
        RecordedEvents events = installation.events();
        int asked = installation.ollama().asked().size();
        installation
                .ollama()
                .answersBy(_ -> ScriptedAnswer.streaming()
                        .text("Let me look. ")
                        .calls(call("c", "slow", "{}"))
                        .done());
        try (ScriptedTool slow = offer("slow", _ -> null)) {
            List<Duration> taken = new ArrayList<>();
            do {
                String id = installation.send(ask(1, "slow"));
                slow.awaitCall(taken.size());
                events.await(id, "tool_call");
                long began = System.nanoTime();
                installation.chat().cancel(id);
                Event cancelled = events.awaitCancelled(id, "cancelled");
                taken.add(Duration.ofNanos(System.nanoTime() - began));
                events.assertGapless(id);
                assertThat(cancelled.at("/partial"))
                        .isEqualTo(Json.of("{\"role\":\"assistant\",\"content\":\"Let me look. \"}"));
                assertThat(cancelled.at("/history")).hasSize(2);
            } while (taken.getLast().compareTo(AT_ONCE) > 0 && taken.size() < 10);
            assertThat(taken.getLast()).as("took " + taken).isLessThanOrEqualTo(AT_ONCE);

            Instant deadline = Instant.now().plusMillis(400);
            String late = installation.send(ask(1, "slow").with("deadline", deadline.toString()));
            Called call = slow.awaitCall(taken.size());
            assertThat(Instant.parse(call.body().path("deadline").asString())).isBeforeOrEqualTo(deadline);
            events.awaitCancelled(late, "deadline_exceeded");
            assertThat(installation.ollama().asked()).hasSize(asked + taken.size() + 1);
        } finally {
            installation.ollama().answersBy(null);
        }
    }

    @Law(2)
    @Test
    void aNewTryAfterAFailureInALaterRoundGoesOnFromTheResults() {
        RecordedEvents events = installation.events();
        int asked = installation.ollama().asked().size();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .text("Let me look. ")
                                .calls(call("c", "clock", "{}"))
                                .done(),
                        ScriptedAnswer.streaming().text("It ").cut(),
                        ScriptedAnswer.saying("It is noon."));
        try (ScriptedTool clock = offer("clock", _ -> "{\"content\":\"noon\"}")) {
            String id = installation.send(ask(2, "clock"));
            Event completed = events.awaitCompleted(id);

            events.assertGapless(id);
            assertThat(clock.calls()).hasSize(1);
            assertThat(completed.attempt()).isEqualTo(2);
            assertThat(completed.text("/message/content")).isEqualTo("It is noon.");
            assertThat(completed.at("/tool_calls_executed")).hasSize(1);
            assertThat(completed.at("/history")).hasSize(4);
            assertThat(installation.ollama().awaitAsked(asked + 2).body())
                    .isEqualTo(installation.ollama().awaitAsked(asked + 1).body());
        }
    }
}
