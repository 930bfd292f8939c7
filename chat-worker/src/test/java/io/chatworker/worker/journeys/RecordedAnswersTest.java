package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.standin.Exchange;
import io.chatworker.standin.Exchanges;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every whole answer that was recorded of a real Ollama becomes the events it should. */
class RecordedAnswersTest {

    @RegisterExtension
    static final Installation installation = new Installation();

    @BeforeAll
    static void startWorker() {
        installation.startWorker("CHAT_CONCURRENCY", "4");
    }

    static List<String> answers() {
        return Exchanges.all().stream()
                .filter(exchange -> exchange.request().path().equals("/api/chat"))
                .filter(exchange -> exchange.response().status() == 200)
                .filter(exchange -> lines(exchange).getLast().path("done").asBoolean(false))
                // Those are no answers to a question.
                .filter(exchange -> !lines(exchange)
                        .getLast()
                        .path("done_reason")
                        .asString("")
                        .matches("(un)?load"))
                .map(Exchange::name)
                .toList();
    }

    @Law(3)
    @ParameterizedTest
    @MethodSource("answers")
    void itsChunksAddUpToTheMessage(String name) {
        Exchange exchange = Exchanges.byName(name);
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.recorded(exchange));

        String id = installation.send(question(exchange).with("stream", true));

        Event completed = events.awaitCompleted(id);
        events.assertGapless(id);
        String run = completed.run();
        Recorded recorded = Recorded.of(exchange);
        assertThat(events.of(id, "started")).hasSize(1);
        assertThat(completed.at("/chunks").asInt())
                .isEqualTo(events.chunks(id, run).size());
        assertThat(events.joined(id, run, "content"))
                .isEqualTo(recorded.content)
                .isEqualTo(completed.text("/message/content"));
        assertThat(events.joined(id, run, "thinking"))
                .isEqualTo(recorded.thinking)
                .isEqualTo(completed.text("/message/thinking"));
        assertThat(events.joinedList(id, run, "tool_calls"))
                .isEqualTo(recorded.toolCalls)
                .isEqualTo(list(completed.at("/message/tool_calls")));
        assertThat(events.joinedList(id, run, "logprobs")).isEqualTo(recorded.logprobs);
        assertThat(completed.body().has("logprobs")).isFalse();
        assertEnd(completed, recorded);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void withoutStreamingThereIsOnlyTheCompletedEvent(String name) {
        Exchange exchange = Exchanges.byName(name);
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.recorded(exchange));

        String id = installation.send(question(exchange).with("stream", false));

        Event completed = events.awaitCompleted(id);
        Recorded recorded = Recorded.of(exchange);
        assertThat(events.of(id)).hasSize(1);
        assertThat(completed.at("/chunks").asInt()).isZero();
        assertThat(completed.text("/message/content")).isEqualTo(recorded.content);
        assertThat(completed.text("/message/thinking")).isEqualTo(recorded.thinking);
        assertThat(list(completed.at("/message/tool_calls"))).isEqualTo(recorded.toolCalls);
        assertThat(list(completed.at("/logprobs"))).isEqualTo(recorded.logprobs);
        assertEnd(completed, recorded);
    }

    private static void assertEnd(Event completed, Recorded recorded) {
        JsonNode done = recorded.done;
        int read = done.path("prompt_eval_count").asInt(0);
        int said = done.path("eval_count").asInt(0);
        assertThat(completed.text("/message/role")).isEqualTo("assistant");
        assertThat(completed.text("/done_reason"))
                .isEqualTo(done.path("done_reason").asString());
        assertThat(completed.text("/provider")).isEqualTo("ollama");
        assertThat(completed.at("/usage"))
                .isEqualTo(Json.of("{\"prompt_eval_count\":%d,\"eval_count\":%d,\"total_tokens\":%d}"
                        .formatted(read, said, read + said)));
        JsonNode timings = completed.at("/timings");
        Stream.of("load_duration", "prompt_eval_duration", "eval_duration")
                .forEach(key -> assertThat(timings.path(key + "_ns").asLong(-1))
                        .isEqualTo(done.path(key).asLong(0)));
        assertThat(timings.path("total_ms").asLong(-1))
                .isGreaterThanOrEqualTo(timings.path("time_to_first_token_ms").asLong(-1))
                .isNotNegative();
        long evaluating = done.path("eval_duration").asLong(0);
        if (evaluating > 0) {
            assertThat(timings.path("tokens_per_second").asDouble())
                    .isCloseTo(said * 1e9 / evaluating, org.assertj.core.data.Percentage.withPercentage(0.01));
        } else {
            assertThat(timings.has("tokens_per_second")).isFalse();
        }
        assertThat(completed.at("/context_window/usage_tokens").asInt()).isEqualTo(read + said);
        JsonNode answer = completed.at("/history").get(completed.at("/history").size() - 1);
        assertThat(answer).isEqualTo(completed.at("/message"));
    }

    /** The recorded call as a request of ours; the three without a conversation get a question. */
    private static Ask question(Exchange exchange) {
        JsonNode call = Json.of(exchange.request().body());
        Ask ask = Ask.recorded(call);
        return call.path("messages").isEmpty() ? ask.with("message", "Hi") : ask;
    }

    private static List<JsonNode> lines(Exchange exchange) {
        return exchange.response().lines().stream()
                .map(line -> Json.of(line.text()))
                .toList();
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** What was said in a recorded stream, added up. */
    private record Recorded(
            String content, String thinking, List<JsonNode> toolCalls, List<JsonNode> logprobs, JsonNode done) {

        static Recorded of(Exchange exchange) {
            List<JsonNode> lines = lines(exchange);
            return new Recorded(
                    joined(lines, "content"),
                    joined(lines, "thinking"),
                    lines.stream()
                            .flatMap(line -> list(line.path("message").path("tool_calls")).stream())
                            .toList(),
                    lines.stream()
                            .flatMap(line -> list(line.path("logprobs")).stream())
                            .toList(),
                    lines.getLast());
        }

        private static String joined(List<JsonNode> lines, String key) {
            return lines.stream()
                    .map(line -> line.path("message").path(key).asString(""))
                    .collect(Collectors.joining());
        }
    }
}
