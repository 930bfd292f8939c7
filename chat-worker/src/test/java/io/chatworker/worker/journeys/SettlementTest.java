package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a request leaves its queue, and where to. */
@Law(1)
class SettlementTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void aRequestIsNotAcknowledgedWhileItsTerminalEventIsRefused() {
        RecordedEvents events = installation.events();
        String full = fullQueue();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"), ScriptedAnswer.saying("Hello", " again"));
        TestWorker worker = installation.startWorker("CHAT_DRAIN_TIMEOUT", "0s");

        String id = installation.ask("Hi");
        events.mayRepeat(id);
        events.await(id, "completed", 1); // Published again, so refused before.
        worker.close();
        installation.queues().awaitWaiting(installation.topology().requests(), 1);

        installation.queues().with(channel -> channel.queueDelete(full));
        installation.startWorker();
        Event second = events.awaitThat(
                "an answer of the second worker", event -> event.name().equals("completed") && event.attempt() > 100);
        assertThat(second.requestId()).isEqualTo(id);
        events.awaitCompleted(id);
    }

    /** A queue that takes no message more, bound to all completions. */
    private String fullQueue() {
        String full = installation
                .queues()
                .declare(
                        installation.topology().namespace() + ".full",
                        Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
        installation.queues().with(channel -> {
            channel.basicPublish("", full, null, new byte[] {1});
            return channel.queueBind(full, installation.topology().completions(), "#");
        });
        installation.queues().awaitWaiting(full, 1);
        return full;
    }

    @Test
    void aFailedRequestIsKeptWholeWithTheReason() {
        RecordedEvents events = installation.events();
        String replies = installation.queues().declare(installation.topology().replyPrefix() + "mine", Map.of());
        installation.startWorker("CHAT_WORKER_NAME", "w1");
        byte[] body = "{\"message\": 7, \"unknown\" : [1.50, \"é\"]}\n".getBytes(StandardCharsets.UTF_8);
        Date sent = new Date(1_700_000_000_000L);
        Ask request = Ask.message("")
                .routingKey("some.model.key")
                .properties(new BasicProperties.Builder()
                        .contentType("application/json")
                        .contentEncoding("utf-8")
                        .type("chat.request")
                        .messageId("kept-1")
                        .correlationId("corr-1")
                        .replyTo(replies)
                        .appId("shop")
                        .timestamp(sent)
                        .priority(3)
                        .expiration("600000")
                        .deliveryMode(1)
                        .userId("guest"))
                .header("x-tenant", "acme")
                .header("x-nested", Map.of("a", List.of(1, 2)))
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .header("CC", List.of("elsewhere"))
                .header("BCC", List.of("elsewhere"))
                .header("x-death", List.of(Map.of("queue", "q", "reason", "expired", "count", 1L)))
                .header("x-first-death-queue", "q")
                .header("x-last-death-reason", "expired")
                .header("x-delivery-count", 7L)
                .header("x-acquired-count", 7L);
        String elsewhere = installation.queues().declare(installation.topology().namespace() + ".elsewhere", Map.of());
        installation
                .queues()
                .with(channel ->
                        channel.queueBind(elsewhere, installation.topology().rejected(), "elsewhere"));

        installation.publish("some.model.key", request.build(), body);

        events.awaitFailed("kept-1", "invalid_request");
        GetResponse letter = installation.awaitRejected();
        assertThat(letter.getBody()).isEqualTo(body);
        assertThat(letter.getEnvelope().getRoutingKey()).isEqualTo("some.model.key");
        BasicProperties properties = letter.getProps();
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getContentEncoding()).isEqualTo("utf-8");
        assertThat(properties.getType()).isEqualTo("chat.request");
        assertThat(properties.getMessageId()).isEqualTo("kept-1");
        assertThat(properties.getCorrelationId()).isEqualTo("corr-1");
        assertThat(properties.getReplyTo()).isEqualTo(replies);
        assertThat(properties.getAppId()).isEqualTo("shop");
        assertThat(properties.getTimestamp()).isEqualTo(sent);
        assertThat(properties.getPriority()).isEqualTo(3);
        assertThat(properties.getExpiration()).isNull();
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getUserId()).isNull();
        Map<String, Object> headers = properties.getHeaders();
        assertThat(headers)
                .containsKeys("x-tenant", "x-nested", "traceparent", "x-failure-message")
                .doesNotContainKeys("CC", "BCC", "x-death", "x-first-death-queue", "x-last-death-reason")
                .doesNotContainKey("x-acquired-count");
        // RabbitMQ 3.10 puts a count of its own on every delivery.
        assertThat(headers.getOrDefault("x-delivery-count", 0)).hasToString("0");
        assertThat(headers.get("x-user-id")).hasToString("guest");
        assertThat(headers.get("x-failure-code")).hasToString("invalid_request");
        assertThat(headers.get("x-worker")).hasToString("w1");
        assertThat(headers.get("x-attempt")).hasToString("1");
        assertThat(headers.get("x-queue")).hasToString(installation.topology().requests());
        assertThat(Instant.parse(headers.get("x-failed-at").toString()))
                .isBefore(Instant.now().plusSeconds(1));
        assertThat(installation.queues().waiting(elsewhere)).isZero();
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    @Test
    void anAnsweredOrCancelledRequestIsInNoDeadLetter() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        events.awaitCompleted(installation.ask("Hi"));
        events.awaitCancelled(
                installation.send(Ask.message("Hi").with("deadline", Instant.EPOCH.toString())), "deadline_exceeded");

        installation.queues().awaitWaiting(installation.topology().requests(), 0);
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }
}
