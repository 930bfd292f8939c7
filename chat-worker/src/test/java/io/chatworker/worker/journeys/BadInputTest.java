package io.chatworker.worker.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No request, whatever its bytes or properties, takes the worker down or reaches the log with its text. */
@Law(7)
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
        put(bodies, "celery", "[[" + OK + "],{},{\"callbacks\":null}]");
        put(bodies, "masstransit", "{\"message\":" + OK + ",\"messageType\":[\"urn:message:Ask\"]}");
        put(bodies, "cloud-event", "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"s\",\"data\":" + OK + "}");
        put(bodies, "nest", "{\"pattern\":\"chat\",\"data\":" + OK + "}");
        put(bodies, "encoded-twice", "\"{\\\"message\\\":\\\"" + SECRET + "\\\"}\"");
        put(bodies, "two-marks", "\ufeff\ufeff" + OK);
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
                Event failed = end(events, name);
                assertThat(failed.text("/error/code")).as(name).isEqualTo("invalid_request");
                assertThat(failed.at("/error/details/problems"))
                        .as(name)
                        .isNotEmpty()
                        .allSatisfy(problem -> {
                            assertThat(problem.path("path").asString()).matches("(/.*)?");
                            assertThat(problem.path("problem").asString()).isNotBlank();
                        });
            }
            good.forEach(events::awaitCompleted);
            good.forEach(events::assertGapless);
            assertThat(worker.isReady()).isTrue();
            for (int i = 0; i < bodies.size(); i++) {
                GetResponse letter = installation.awaitRejected();
                String name = letter.getProps().getCorrelationId();
                assertThat(letter.getBody()).as(name).isEqualTo(bodies.get(name));
                assertThat(letter.getEnvelope().getRoutingKey()).isEqualTo("any");
                assertThat(letter.getProps().getHeaders().get("x-failure-code")).hasToString("invalid_request");
            }
            assertThat(installation.queues().waiting(installation.topology().rejected())
                            + installation
                                    .queues()
                                    .waiting(installation.topology().deadLetters()))
                    .isZero();
            assertClean(log);
            assertNothingWasReplaced(log);
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
            assertNothingWasReplaced(log);
        }
    }

    /** What clients and frameworks send of their own accord, and what the contract lets them. */
    @Test
    void whatClientsAddIsUnderstood() {
        RecordedEvents events = installation.events();
        // Sound is given to Ollama in images.
        installation.ollama().shows("{\"capabilities\":[\"completion\",\"audio\"]}");
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying(SECRET));
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation.startWorker("CHAT_CONCURRENCY", "4");
            installation.publish("any", named("marked").build(), ("\ufeff" + OK).getBytes(UTF_8));
            assertThat(end(events, "marked").name()).isEqualTo("completed");
            installation.publish(
                    "any",
                    named("broken-lines").build(),
                    ("{\"messages\":[{\"role\":\"user\",\"content\":\"" + SECRET
                                    + "\",\"images\":[\"aGVs\\r\\nbG8=\\n\"]}]}")
                            .getBytes(UTF_8));
            assertThat(end(events, "broken-lines").name()).isEqualTo("completed");
            assertThat(installation.ollama().asked().getLast().body().toString())
                    .contains("\"images\":[\"aGVsbG8=\"]");
            assertThat(end(events, "broken-lines").text("/history/0/images/0")).isEqualTo("aGVsbG8=");

            answered(Ask.message(SECRET)
                    .properties(named("spring")
                            .contentType("application/json")
                            .contentEncoding("UTF-8")
                            .priority(0))
                    .header("__TypeId__", "com.example.Ask"));
            Ask millis = Ask.message(SECRET)
                    .properties(named("millis").timestamp(new Date(1000L * System.currentTimeMillis())));
            answered(millis);
            assertThat(end(events, "millis").at("/timings/queued_ms").asLong()).isBetween(0L, 60_000L);
            for (long odd : new long[] {0, -1, 99_999_999_999L, Long.MAX_VALUE / 1000}) {
                answered(Ask.message(SECRET).properties(named("time " + odd).timestamp(new Date(1000 * odd))));
                assertThat(end(events, "time " + odd).at("/timings/queued_ms").isMissingNode())
                        .as("%d", odd)
                        .isTrue();
            }
            Ask typed = Ask.message(SECRET).properties(named("typed"));
            headersOfEveryType().forEach(typed::header);
            answered(typed);
            Object deep = "deep";
            for (int i = 0; i < 100; i++) {
                deep = i % 2 == 0 ? new HashMap<>(Map.of("a", deep)) : List.of(deep);
            }
            answered(Ask.message(SECRET).properties(named("deep")).header("x-deep", deep));
            assertThat(worker.isReady()).isTrue();
            assertClean(log);
            assertNothingWasReplaced(log);
        }
    }

    /** Those that clients write, under names that mean something here and one that does not. */
    private static Map<String, Object> headersOfEveryType() {
        Map<String, Object> table = new HashMap<>();
        table.put("void", null);
        table.put("list", List.of(1, "two", List.of(Map.of("three", 3L))));
        Map<String, Object> headers = new HashMap<>();
        headers.put("traceparent", new byte[] {0, 1});
        headers.put("tracestate", new BigDecimal("1.5"));
        headers.put("baggage", table);
        headers.put("x-void", null);
        headers.put("x-list", List.of(List.of(), table, (short) 1, (byte) 2, 1.5f, 2.5));
        headers.put("x-bytes", new byte[] {(byte) 0xff, 0});
        headers.put("x-decimal", new BigDecimal("-21.4748"));
        headers.put("x-date", new Date(1_700_000_000_000L));
        headers.put("x-bool", true);
        headers.put("x-table", table);
        return headers;
    }

    @Test
    void headersOfEveryTypeAreKeptWithTheRequest() {
        badThenGood("invalid_request", named("typed").headers(headersOfEveryType()), BAD, letter -> {
            Map<String, Object> kept = letter.getProps().getHeaders();
            assertThat(kept).containsKeys(headersOfEveryType().keySet().toArray(String[]::new));
            assertThat(kept.get("x-decimal")).isEqualTo(new BigDecimal("-21.4748"));
            assertThat(kept.get("x-bytes")).isEqualTo(new byte[] {(byte) 0xff, 0});
            assertThat(kept.get("x-void")).isNull();
        });
    }

    /** A request of which nothing but the body is wrong. */
    private static final byte[] BAD = ("{\"message\": 7, \"unknown\" : [1.50, \"" + SECRET + "\"]}\n").getBytes(UTF_8);

    /** From 4.0 on the broker itself takes no message over 16 MiB (its max_message_size). */
    @Test
    void twentyMebibytesAreRefusedUnreadAndKeptWhole() {
        String version =
                String.valueOf(installation.connection().getServerProperties().get("version"));
        byte[] body = new byte[(version.startsWith("3.") ? 20 : 15) * 1024 * 1024];
        Arrays.fill(body, (byte) '[');

        badThenGood("request_too_large", named("20 MiB").messageId("large"), body, letter -> {});
    }

    @Test
    void theSendersUserIdIsKeptInAHeader() {
        String user = URI.create(installation.broker().uri()).getUserInfo().split(":", 2)[0];

        badThenGood("invalid_request", named("user").userId(user), BAD, letter -> {
            assertThat(letter.getProps().getUserId()).isNull();
            assertThat(letter.getProps().getHeaders().get("x-user-id")).hasToString(user);
        });
    }

    /** The broker itself sees to that: the worker need not ask who somebody says to be. */
    @Test
    void aForeignUserIdNeverReachesAWorker() {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying(SECRET));
        installation.startWorker();

        assertThatThrownBy(() -> installation.queues().with(channel -> {
                    channel.confirmSelect();
                    channel.basicPublish(
                            installation.topology().requests(),
                            "any",
                            named("foreign").userId("somebody-else").build(),
                            BAD);
                    return waitForConfirms(channel);
                }))
                .hasStackTraceContaining("PRECONDITION_FAILED");
        answered(Ask.message(SECRET).properties(named("good")));
        assertThat(installation.events().all())
                .noneMatch(event -> "foreign".equals(event.properties().getCorrelationId()));
    }

    private static boolean waitForConfirms(Channel channel) throws IOException {
        try {
            return channel.waitForConfirms(Waits.PATIENCE.toMillis());
        } catch (InterruptedException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    static List<String> oddMessageIds() {
        return List.of("", " ", "a.b.c", "#", "*.*.*", "é".repeat(127), "x".repeat(255), "日本語🌞", "\u0000\n", "../..");
    }

    @ParameterizedTest
    @MethodSource("oddMessageIds")
    void anOddMessageIdNamesNoRequestAndIsKept(String messageId) {
        Event failed = badThenGood(
                "invalid_request",
                named("odd").messageId(messageId),
                BAD,
                letter -> assertThat(letter.getProps().getMessageId()).isEqualTo(messageId));

        assertThat(failed.requestId()).matches("[A-Za-z0-9_-]{1,64}").isNotEqualTo(messageId);
        assertThat(failed.properties().getMessageId()).isEqualTo(failed.requestId());
    }

    @Test
    void forgedHeadersOnAFirstDeliveryCountForNothingAndAreNotKept() {
        Map<String, Object> headers = new HashMap<>();
        headers.put("x-delivery-count", 99L);
        headers.put("x-acquired-count", 99L);
        headers.put("x-death", List.of(Map.of("queue", "q", "reason", "expired", "count", 99L)));
        headers.put("x-first-death-queue", "q");
        headers.put("x-last-death-reason", "expired");
        headers.put("x-failure-code", "forged");
        headers.put("x-own", "kept");

        Event failed = badThenGood("invalid_request", named("forged").headers(headers), BAD, letter -> {
            Map<String, Object> kept = letter.getProps().getHeaders();
            assertThat(kept)
                    .doesNotContainKeys("x-acquired-count", "x-death", "x-first-death-queue", "x-last-death-reason");
            // RabbitMQ 3.10 puts a count of its own on every delivery.
            assertThat(kept.getOrDefault("x-delivery-count", 0)).hasToString("0");
            assertThat(kept.get("x-failure-code")).hasToString("invalid_request");
            assertThat(kept.get("x-own")).hasToString("kept");
        });

        assertThat(failed.attempt()).isEqualTo(1);
    }

    /** The broker routes a request by them; nothing of the worker's is routed by them again. */
    @Test
    void aRequestWithCopiesIsAnsweredOnceAndCopiedNowhereElse() {
        Map<String, Object> headers = new HashMap<>();
        String elsewhere = installation.queues().declare(installation.topology().namespace() + ".elsewhere", Map.of());
        headers.put("CC", List.of("copy"));
        headers.put("BCC", List.of("blind"));
        installation.events();
        installation.startWorker().close();
        for (String exchange : List.of(
                installation.topology().chunks(),
                installation.topology().completions(),
                installation.topology().rejected())) {
            for (String key : List.of("copy", "blind")) {
                installation.queues().with(channel -> channel.queueBind(elsewhere, exchange, key));
            }
        }

        badThenGood(
                "invalid_request",
                named("copies").headers(headers),
                BAD,
                letter -> assertThat(letter.getProps().getHeaders()).doesNotContainKeys("CC", "BCC"));
        answered(Ask.message(SECRET)
                .properties(named("good copies"))
                .header("CC", List.of("copy"))
                .header("BCC", List.of("blind")));

        assertThat(installation.queues().waiting(elsewhere)).isZero();
        assertThat(installation.ollama().asked()).hasSize(2);
    }

    @Test
    void aRequestThatExpiresIsMovedByTheBrokerWithoutAnEvent() {
        installation.events();
        installation.startWorker().close();

        installation.publish("any", named("expired").expiration("1").build(), BAD);

        GetResponse letter = installation.awaitDeadLetter();
        assertThat(letter.getBody()).isEqualTo(BAD);
        assertThat(letter.getProps().getHeaders()).containsKey("x-death").doesNotContainKey("x-failure-code");
        assertThat(installation.events().all()).isEmpty();
    }

    @Test
    void anExpirationThatHasNotPassedDoesNotFollowIntoTheDeadLetters() {
        badThenGood(
                "invalid_request",
                named("expires").expiration("600000"),
                BAD,
                letter -> assertThat(letter.getProps().getExpiration()).isNull());
    }

    /** A bad request fails and is kept whole; a good one right after it is answered by the same worker. */
    private Event badThenGood(
            String code, BasicProperties.Builder properties, byte[] body, Consumer<GetResponse> kept) {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying(SECRET));
        try (CapturedLog log = new CapturedLog()) {
            installation.startWorker("CHAT_WORKER_NAME", "w1");
            BasicProperties own = properties.build();
            installation.publish("some.key", own, body);
            String good = installation.ask(SECRET);

            Event failed = end(events, own.getCorrelationId());
            assertThat(failed.text("/error/code")).as(failed.toString()).isEqualTo(code);
            assertThat(events.awaitCompleted(good).text("/worker")).isEqualTo("w1");
            GetResponse letter = installation.awaitRejected();
            assertThat(letter.getBody()).isEqualTo(body);
            assertThat(letter.getEnvelope().getRoutingKey()).isEqualTo("some.key");
            assertThat(letter.getProps().getCorrelationId()).isEqualTo(own.getCorrelationId());
            assertThat(letter.getProps().getDeliveryMode()).isEqualTo(2);
            kept.accept(letter);
            assertThat(installation.queues().waiting(installation.topology().rejected())
                            + installation
                                    .queues()
                                    .waiting(installation.topology().deadLetters()))
                    .isZero();
            assertClean(log);
            assertNothingWasReplaced(log);
            return failed;
        }
    }

    /** Connections and channels tell when they end or are opened anew. */
    private static void assertNothingWasReplaced(CapturedLog log) {
        assertThat(log.lines())
                .noneMatch(line -> line.contains("anew")
                        || line.contains("again")
                        || line.contains("lost")
                        || line.contains("cancelled the consumer"));
    }

    private static void assertClean(CapturedLog log) {
        // A request is logged a moment after its end was published.
        Waits.until("an answer in the log", () -> log.lines().stream().anyMatch(line -> line.contains("completed")));
        assertThat(log.lines()).noneMatch(line -> line.contains(SECRET)).noneMatch(line -> line.startsWith("ERROR"));
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
