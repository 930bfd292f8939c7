package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Law 7: no request, whatever its bytes or properties, takes the worker down or reaches the log with its text. */
class BadInputTest {

    private static final String SECRET = "Xyzzy-Secret";
    private static final String OK = "{\"message\":\"" + SECRET + "\"}";

    @RegisterExtension
    final Installation installation = new Installation();

    private static Map<String, byte[]> invalidBodies() {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        put(bodies, "empty", "");
        put(bodies, "blank", "  \n ");
        put(bodies, "no-json", "Hello " + SECRET);
        put(bodies, "cut-off", "{\"message\":\"" + SECRET);
        put(bodies, "array", "[\"" + SECRET + "\"]");
        put(bodies, "text", "\"" + SECRET + "\"");
        put(bodies, "number", "1e400");
        put(bodies, "null", "null");
        put(bodies, "two-values", OK + OK);
        put(bodies, "trailing-comma", "{\"message\":\"" + SECRET + "\",}");
        put(bodies, "comment", "{/*" + SECRET + "*/\"message\":\"Hi\"}");
        put(bodies, "single-quotes", "{'message':'" + SECRET + "'}");
        put(bodies, "duplicate-key", "{\"message\":\"" + SECRET + "\",\"message\":\"b\"}");
        put(bodies, "duplicate-deep", "{\"message\":\"Hi\",\"metadata\":{\"a\":1,\"a\":2}}");
        put(
                bodies,
                "too-deep",
                "{\"message\":\"Hi\",\"metadata\":{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}}");
        put(bodies, "not-a-number", "{\"message\":\"Hi\",\"options\":{\"temperature\":NaN}}");
        put(bodies, "message-number", "{\"message\":7}");
        put(bodies, "message-empty", "{\"message\":\"\"}");
        put(bodies, "nothing-to-answer", "{}");
        put(bodies, "only-an-answer", "{\"messages\":[{\"role\":\"assistant\",\"content\":\"" + SECRET + "\"}]}");
        put(bodies, "messages-object", "{\"messages\":{\"" + SECRET + "\":1}}");
        put(bodies, "role-unknown", "{\"messages\":[{\"role\":\"" + SECRET + "\",\"content\":\"x\"}]}");
        put(
                bodies,
                "content-parts",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"" + SECRET + "\"}]}]}");
        put(
                bodies,
                "image-url",
                "{\"message\":\"Hi\",\"messages\":[{\"role\":\"user\",\"images\":[\"data:" + SECRET + "\"]}]}");
        put(
                bodies,
                "arguments-text",
                "{\"message\":\"Hi\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\"" + SECRET + "\"}}]}]}");
        put(bodies, "request-id-dot", "{\"request_id\":\"" + SECRET + ".x\",\"message\":\"Hi\"}");
        put(bodies, "request-id-long", "{\"request_id\":\"" + "a".repeat(65) + "\",\"message\":\"Hi\"}");
        put(bodies, "conversation-id-hash", "{\"conversation_id\":\"#\",\"message\":\"Hi\"}");
        put(bodies, "sent-at", "{\"message\":\"Hi\",\"sent_at\":\"" + SECRET + "\"}");
        put(bodies, "deadline-number", "{\"message\":\"Hi\",\"deadline\":1700000000}");
        put(bodies, "option-denied", "{\"message\":\"Hi\",\"options\":{\"num_gpu\":1}}");
        put(bodies, "option-type", "{\"message\":\"Hi\",\"options\":{\"temperature\":\"" + SECRET + "\"}}");
        put(bodies, "option-huge", "{\"message\":\"Hi\",\"options\":{\"num_ctx\":1e999999999}}");
        put(bodies, "think-number", "{\"message\":\"Hi\",\"think\":1}");
        put(bodies, "format", "{\"message\":\"Hi\",\"format\":\"" + SECRET + "\"}");
        put(bodies, "keep-alive", "{\"message\":\"Hi\",\"keep_alive\":\"" + SECRET + "\"}");
        put(bodies, "stream", "{\"message\":\"Hi\",\"stream\":\"true\"}");
        put(bodies, "history-limit", "{\"message\":\"Hi\",\"history_limit\":-1}");
        put(bodies, "regenerate-and-message", "{\"message\":\"" + SECRET + "\",\"regenerate\":true}");
        put(bodies, "metadata-large", "{\"message\":\"Hi\",\"metadata\":{\"a\":\"" + "x".repeat(5000) + "\"}}");
        bodies.put("no-utf-8", new byte[] {'{', '"', 'm', '"', ':', '"', (byte) 0xff, (byte) 0xc0, '"', '}'});
        bodies.put("utf-16", OK.getBytes(StandardCharsets.UTF_16));
        bodies.put("zeros", new byte[300]);
        return bodies;
    }

    private static void put(Map<String, byte[]> bodies, String name, String body) {
        bodies.put(name, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatCanNotBeReadFailsAndTheGoodOnesInBetweenAreAnswered() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying(SECRET));
        Map<String, byte[]> bodies = invalidBodies();
        List<String> good = new ArrayList<>();
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation.startWorker("CHAT_CONCURRENCY", "4");
            bodies.forEach((name, body) -> {
                installation.publish(
                        "any", new BasicProperties.Builder().correlationId(name).build(), body);
                good.add(installation.send(Ask.message(SECRET).with("metadata", Map.of("k", SECRET))));
            });
            for (String name : bodies.keySet()) {
                assertThat(end(events, name).text("/error/code")).as(name).isEqualTo("invalid_request");
                assertThat(end(events, name).at("/error/details/problems"))
                        .as(name)
                        .isNotEmpty();
            }
            good.forEach(events::awaitCompleted);
            good.forEach(events::assertGapless);
            assertThat(worker.isReady()).isTrue();
            installation.awaitWaiting(installation.topology().deadLetters(), bodies.size());
            assertClean(log);
        }
    }

    @Test
    void oddPropertiesAreRefusedOrIgnoredAndNeverEndTheWorker() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying(SECRET));
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation.startWorker("CHAT_CONCURRENCY", "4", "CHAT_MAX_REQUEST_BYTES", "64KiB");
            refused(
                    "invalid_request",
                    Ask.message(SECRET).properties(named("content-type").contentType("text/plain")));
            refused(
                    "invalid_request",
                    Ask.message(SECRET).properties(named("encoding").contentEncoding("gzip")));
            refused(
                    "invalid_request",
                    Ask.message(SECRET).properties(named("type").type(SECRET)));
            refused(
                    "reply_to_not_allowed",
                    Ask.message(SECRET).properties(named("reply-to").replyTo("../" + SECRET)));
            refused(
                    "reply_to_not_allowed",
                    Ask.message(SECRET).properties(named("reply-to-long").replyTo("é".repeat(127))));
            refused("message_too_long", Ask.message(SECRET.repeat(400)).properties(named("long")));
            refused("request_too_large", Ask.message(SECRET.repeat(6000)).properties(named("large")));
            refused(
                    "agent_not_found",
                    Ask.message(SECRET).with("agent", "../" + SECRET).properties(named("agent")));
            refused("invalid_request", Ask.message(SECRET).with("model", "").properties(named("model")));
            answered(Ask.message(SECRET)
                    .properties(named("no-id").messageId("not.an.id " + SECRET))
                    .without("request_id"));
            answered(Ask.message(SECRET).properties(named("é".repeat(127))));
            answered(Ask.message(SECRET).properties(named("headers")).header("big", "x".repeat(60_000)));
            answered(Ask.message(SECRET).properties(named("death")).header("x-death", SECRET));
            answered(Ask.message(SECRET)
                    .properties(named("counts"))
                    .header("x-delivery-count", -5L)
                    .header("x-acquired-count", SECRET));
            answered(Ask.message(SECRET)
                    .properties(named("trace"))
                    .header("traceparent", List.of(SECRET))
                    .header("tracestate", new HashMap<>(Map.of("a", SECRET))));
            answered(Ask.message(SECRET).properties(named("charset").contentType("application/json; charset=utf-8")));
            answered(Ask.message("\u0000\u0007 " + SECRET).properties(named("control-characters")));
            answered(Ask.message(SECRET).properties(named("unknown-keys")).with("nobody", Map.of("knows", SECRET)));
            installation.publish(
                    "any",
                    named("surrogate").build(),
                    ("{\"message\":\"\\ud800 " + SECRET + "\"}").getBytes(StandardCharsets.UTF_8));
            end(events, "surrogate");
            assertThat(worker.isReady()).isTrue();
            assertClean(log);
        }
    }

    private static void assertClean(CapturedLog log) {
        assertThat(log.lines())
                .anyMatch(line -> line.contains("completed"))
                .noneMatch(line -> line.contains(SECRET))
                .noneMatch(line -> line.startsWith("ERROR"));
    }

    private static BasicProperties.Builder named(String name) {
        return new BasicProperties.Builder().correlationId(name);
    }

    private void refused(String code, Ask ask) {
        installation.send(ask);
        Event end = end(installation.events(), ask.build().getCorrelationId());
        assertThat(end.text("/error/code")).as(end.toString()).isEqualTo(code);
    }

    private void answered(Ask ask) {
        installation.send(ask);
        Event end = end(installation.events(), ask.build().getCorrelationId());
        assertThat(end.name()).as(end.toString()).isEqualTo("completed");
    }

    private static Event end(RecordedEvents events, String correlationId) {
        return events.awaitTerminalThat(
                "the end of " + correlationId,
                event -> correlationId.equals(event.properties().getCorrelationId()));
    }
}
