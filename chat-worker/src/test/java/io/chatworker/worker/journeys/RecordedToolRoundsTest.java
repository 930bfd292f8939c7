package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.standin.Exchange;
import io.chatworker.standin.Exchanges;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Ollama is asked the same, whether the worker has the calls carried out or a client does it by hand. */
class RecordedToolRoundsTest {

    private static final String CONTENT = "18 degrees, light rain";

    @RegisterExtension
    static final Installation installation = new Installation();

    @BeforeAll
    static void startWorker() {
        installation.startWorker();
    }

    static List<String> callsThatWereRecorded() {
        return Exchanges.all().stream()
                .filter(exchange -> exchange.request().path().equals("/api/chat"))
                .filter(exchange -> exchange.response().body().contains("\"tool_calls\":"))
                .map(Exchange::name)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("callsThatWereRecorded")
    void theBodyOfTheSecondCallIsTheSameInBothWays(String name) {
        Exchange exchange = Exchanges.byName(name);
        RecordedEvents events = installation.events();
        int asked = installation.ollama().asked().size();
        JsonNode recorded = Json.of(exchange.request().body());
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.recorded(exchange),
                        ScriptedAnswer.saying("It rains."),
                        ScriptedAnswer.recorded(exchange),
                        ScriptedAnswer.saying("It rains."));

        Event byHand = events.awaitCompleted(installation.send(Ask.recorded(recorded)));
        List<Object> messages = new ArrayList<>();
        byHand.at("/history").forEach(messages::add);
        for (JsonNode call : byHand.at("/message/tool_calls")) {
            messages.add(Map.of(
                    "role",
                    "tool",
                    "content",
                    CONTENT,
                    "tool_name",
                    call.at("/function/name").asString(),
                    "tool_call_id",
                    call.path("id").asString()));
        }
        events.awaitCompleted(installation.send(Ask.recorded(recorded).with("messages", messages)));
        String function = recorded.at("/tools/0/function/name").asString();
        try (ScriptedTool _ = ScriptedTool.offer(
                installation.connection(),
                installation.topology(),
                function,
                _ -> "{\"content\":" + Json.quoted(CONTENT) + "}")) {
            Event byWorker = events.awaitCompleted(
                    installation.send(Ask.recorded(recorded).with("tool_rounds", 1)));
            assertThat(byWorker.text("/message/content")).isEqualTo("It rains.");
        }

        JsonNode hand = installation.ollama().awaitAsked(asked + 1).body();
        assertThat(hand.path("messages")
                        .valueStream()
                        .map(turn -> turn.path("role").asString()))
                .endsWith("user", "assistant", "tool");
        assertThat(installation.ollama().awaitAsked(asked + 3).body()).isEqualTo(hand);
        assertThat(installation.ollama().awaitAsked(asked + 3).body().toString())
                .isEqualTo(hand.toString());
    }
}
