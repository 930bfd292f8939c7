package io.chatworker.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.LongStringHelper;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Law;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersTest {

    private static final int FRAME = 128 * 1024;

    private int frameMax = FRAME;

    private final DeadLetters letters = new DeadLetters(Topology.DEFAULT, "w-1", "chat.requests", () -> frameMax);

    @Test
    void theRequestsOwnPropertiesAreKept() {
        Date sent = Date.from(Instant.parse("2026-11-21T12:00:00Z"));
        BasicProperties own = new BasicProperties.Builder()
                .contentType("application/json")
                .contentEncoding("utf-8")
                .headers(Map.of("traceparent", "t", "own", List.of(1, Map.of("a", "b"))))
                .deliveryMode(1)
                .priority(4)
                .correlationId("k")
                .replyTo("amq.gen-1")
                .expiration("1000")
                .messageId("m")
                .timestamp(sent)
                .type("chat.request")
                .userId("guest")
                .appId("shop")
                .clusterId("c")
                .build();

        BasicProperties kept = properties(own);

        assertThat(kept.getContentType()).isEqualTo("application/json");
        assertThat(kept.getContentEncoding()).isEqualTo("utf-8");
        assertThat(kept.getPriority()).isEqualTo(4);
        assertThat(kept.getCorrelationId()).isEqualTo("k");
        assertThat(kept.getReplyTo()).isEqualTo("amq.gen-1");
        assertThat(kept.getMessageId()).isEqualTo("m");
        assertThat(kept.getTimestamp()).isEqualTo(sent);
        assertThat(kept.getType()).isEqualTo("chat.request");
        assertThat(kept.getAppId()).isEqualTo("shop");
        assertThat(kept.getClusterId()).isEqualTo("c");
        assertThat(kept.getHeaders())
                .containsEntry("traceparent", "t")
                .containsEntry("own", List.of(1, Map.of("a", "b")));
        // What would be refused, or would make the broker expire it.
        assertThat(kept.getUserId()).isNull();
        assertThat(kept.getHeaders()).containsEntry("x-user-id", "guest");
        assertThat(kept.getExpiration()).isNull();
        assertThat(kept.getDeliveryMode()).isEqualTo(2);
    }

    @Test
    void theReasonIsAdded() {
        Map<String, Object> headers = properties(new BasicProperties()).getHeaders();

        assertThat(headers)
                .containsEntry("x-failure-code", "model_not_found")
                .containsEntry("x-failure-message", "no such model")
                .containsEntry("x-worker", "w-1")
                .containsEntry("x-attempt", 101)
                .containsEntry("x-queue", "chat.requests")
                .containsOnlyKeys(
                        "x-failure-code", "x-failure-message", "x-failed-at", "x-worker", "x-attempt", "x-queue");
        assertThat(Duration.between(Instant.parse((String) headers.get("x-failed-at")), Instant.now()))
                .isBetween(Duration.ZERO, Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @Law(7)
    @DisplayName("No header routes or counts the dead letter")
    @ValueSource(
            strings = {
                "CC",
                "BCC",
                "x-death",
                "x-first-death-queue",
                "x-first-death-reason",
                "x-last-death-exchange",
                "x-delivery-count",
                "x-acquired-count"
            })
    void whatIsTheBrokersIsDropped(String header) {
        BasicProperties own = headers(Map.of(header, List.of("elsewhere"), "x-deathly", "kept", "cc", "kept"));

        assertThat(properties(own).getHeaders())
                .doesNotContainKey(header)
                .containsEntry("x-deathly", "kept")
                .containsEntry("cc", "kept");
    }

    @Test
    void aForgedReasonIsReplaced() {
        assertThat(properties(headers(Map.of("x-failure-code", "forged", "x-attempt", 9)))
                        .getHeaders())
                .containsEntry("x-failure-code", "model_not_found")
                .containsEntry("x-attempt", 101);
    }

    @Test
    @Law(7)
    @DisplayName("Headers that leave no room for the reason are dropped")
    void headersThatLeaveNoRoomAreDropped() throws Exception {
        BasicProperties fits = properties(headers(Map.of("big", "x".repeat(100_000))));
        BasicProperties dropped = properties(headers(Map.of("big", "x".repeat(131_000), "small", 1)));

        assertThat(fits.getHeaders()).containsKey("big");
        assertThat(fits.toFrame(1, 0).size()).isLessThan(FRAME);
        assertThat(dropped.getHeaders()).doesNotContainKey("big").containsKeys("x-failure-code", "small");
        assertThat(dropped.toFrame(1, 0).size()).isLessThan(FRAME);
    }

    @Test
    void theLargestHeadersAreLeftOutFirstAndNoMoreThanMustBe() throws Exception {
        frameMax = 4096;
        Map<String, Object> own = new HashMap<>(Map.of(
                "a",
                "x".repeat(1400),
                "b",
                "x".repeat(2000),
                "c",
                "x".repeat(1300),
                "d",
                List.of("x".repeat(1500)),
                "e",
                1));
        own.put("nothing", null);
        BasicProperties kept = properties(headers(own));

        assertThat(kept.getHeaders())
                .containsKeys("a", "c", "e", "nothing", "x-failure-code", "x-failure-message", "x-queue")
                .doesNotContainKeys("b", "d");
        assertThat(kept.toFrame(1, 0).size()).isLessThanOrEqualTo(frameMax);
    }

    @Test
    void theWorkersOwnHeadersAreTheLastToGo() throws Exception {
        frameMax = 4096;
        BasicProperties own = headers(Map.of("a", 1))
                .builder()
                .contentType("x".repeat(255))
                .contentEncoding("x".repeat(255))
                .correlationId("x".repeat(255))
                .replyTo("x".repeat(255))
                .messageId("x".repeat(255))
                .type("x".repeat(255))
                .appId("x".repeat(255))
                .clusterId("x".repeat(255))
                .build();
        Settlement.KeepThenAck reason = new Settlement.KeepThenAck(ErrorCode.INVALID_REQUEST, "日".repeat(1000), 1);

        BasicProperties kept = letters.properties(Deliveries.of(own, new byte[0]), reason);

        assertThat(kept.getHeaders())
                .containsKeys("x-failure-code", "x-failed-at", "x-worker", "x-attempt", "x-queue")
                .doesNotContainKeys("a", "x-failure-message");
        assertThat(kept.toFrame(1, 0).size()).isLessThanOrEqualTo(frameMax);
    }

    @Test
    void headersThatJustFitAreKept() throws Exception {
        BasicProperties one = properties(headers(Map.of("a", "")));
        int room = FRAME - one.toFrame(1, 0).size();

        assertThat(properties(headers(Map.of("a", "x".repeat(room))))
                        .toFrame(1, 0)
                        .size())
                .isEqualTo(FRAME);
        assertThat(properties(headers(Map.of("a", "x".repeat(room + 1)))).getHeaders())
                .doesNotContainKey("a");
    }

    @Test
    @Law(7)
    @DisplayName("Whatever came as properties can be written again")
    void whatWasNoUtf8CanBeWrittenAgain() {
        // As the client reads 255 bytes that are no UTF-8.
        String replaced = "\uFFFD".repeat(85);
        Map<String, Object> nested = new HashMap<>(Map.of("ok", 1));
        nested.put("nothing", null);
        BasicProperties own = new BasicProperties.Builder()
                .contentType(replaced)
                .contentEncoding(replaced)
                .correlationId(replaced)
                .replyTo(replaced)
                .messageId(replaced)
                .type(replaced)
                .appId(replaced)
                .clusterId(replaced)
                .userId(replaced)
                .expiration(replaced)
                .headers(Map.of(
                        replaced,
                        1,
                        "table",
                        Map.of(replaced, 1),
                        "deep",
                        List.of(Map.of("a", List.of(Map.of(replaced, 1)))),
                        "text",
                        LongStringHelper.asLongString(replaced),
                        "fine",
                        List.of(nested)))
                .build();

        BasicProperties kept = properties(own);

        assertThatCode(() -> kept.toFrame(1, 0)).doesNotThrowAnyException();
        assertThat(kept.getHeaders()).containsKeys(replaced, "table", "deep", "text", "fine");
    }

    @Test
    void aLongReasonIsShortened() {
        Settlement.KeepThenAck reason = new Settlement.KeepThenAck(ErrorCode.INVALID_REQUEST, "🌞".repeat(300_000), 1);

        assertThat(letters.properties(Deliveries.of(new BasicProperties(), new byte[0]), reason)
                        .getHeaders()
                        .get("x-failure-message")
                        .toString())
                .hasSizeLessThan(2000)
                .startsWith("🌞")
                .endsWith("…");
    }

    private BasicProperties properties(BasicProperties own) {
        Settlement.KeepThenAck reason = new Settlement.KeepThenAck(ErrorCode.MODEL_NOT_FOUND, "no such model", 101);
        return letters.properties(Deliveries.of(own, new byte[0]), reason);
    }

    private static BasicProperties headers(Map<String, Object> headers) {
        return new BasicProperties.Builder().headers(headers).build();
    }
}
