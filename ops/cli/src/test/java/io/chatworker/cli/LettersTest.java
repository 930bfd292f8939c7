package io.chatworker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import io.chatworker.cli.view.Json;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Against a real broker. */
class LettersTest {

    private Installation installation;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation();
        installation.channel.confirmSelect();
    }

    @AfterEach
    void remove() throws IOException {
        installation.close();
    }

    @Test
    void aListShowsCodeMessageIdAndTimeAndRemovesNothing() throws Exception {
        bury("r1", "{\"request_id\":\"r1\",\"message\":\"a\"}");
        bury("r2", "not json");

        for (int look = 0; look < 3; look++) {
            Run run = installation.cli("dead-letters", "list");

            assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(run.lines())
                    .containsExactly(
                            "2026-11-21T10:00:00Z  r1  model_not_found  no such model",
                            "2026-11-21T10:00:00Z  r2  model_not_found  no such model");
            assertThat(run.err()).contains("2 shown of 2");
        }
    }

    @Test
    void aListAsJsonHasTheHeadersAsKeys() throws Exception {
        bury("r1", "{}");

        JsonNode letter = Json.tree(
                installation.cli("dead-letters", "list", "--json").out().getBytes(UTF_8));

        assertThat(letter.get("code").stringValue()).isEqualTo("model_not_found");
        assertThat(letter.get("routing_key").stringValue()).isEqualTo("llama3");
        assertThat(letter.get("worker").stringValue()).isEqualTo("w1");
    }

    @Test
    void aReplayIsANewRequestWithoutItsDeath() throws Exception {
        bury("r1", "{\"request_id\":\"r1\",\"sent_at\":\"2026-01-01T00:00:00.000Z\",\"x\":1.50,\"message\":\"a\"}");

        Run run = installation.cli("dead-letters", "replay");

        GetResponse replayed = installation.channel.basicGet(installation.topology.requests(), true);
        JsonNode body = Json.tree(replayed.getBody());
        AMQP.BasicProperties properties = replayed.getProps();
        String newId = body.get("request_id").stringValue();
        assertThat(run.out()).isEqualTo("r1 -> " + newId + "  model_not_found\n");
        assertThat(newId).isNotEqualTo("r1").isEqualTo(properties.getMessageId());
        assertThat(Json.line(body)).contains("\"x\":1.50", "\"message\":\"a\"").doesNotContain("2026-01-01");
        assertThat(replayed.getEnvelope().getRoutingKey()).isEqualTo("llama3");
        // Whether the broker counts this delivery depends on its version.
        assertThat(properties.getHeaders().keySet())
                .contains("traceparent")
                .isSubsetOf("traceparent", "x-delivery-count", "x-acquired-count");
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getReplyTo()).isNull();
        assertThat(properties.getCorrelationId()).isEqualTo("mine");
        awaitDead(0);
    }

    @Test
    void aDryRunSendsNothing() throws Exception {
        bury("r1", "{}");

        Run run = installation.cli("dead-letters", "replay", "--dry-run");

        assertThat(run.err()).contains("Would replay 1");
        awaitDead(1);
        assertThat(installation.channel.messageCount(installation.topology.requests()))
                .isZero();
    }

    @Test
    void limitAndIdChooseAndTheRestStays() throws Exception {
        bury("r1", "{\"request_id\":\"r1\"}");
        bury("r2", "{\"request_id\":\"r2\"}");
        bury("r3", "{\"request_id\":\"r3\"}");

        assertThat(installation.cli("dead-letters", "replay", "--id", "r2").out())
                .startsWith("r2 -> ");
        assertThat(installation.cli("dead-letters", "list").out()).contains("  r1  ", "  r3  ");
        assertThat(installation.cli("dead-letters", "list", "--limit", "1").lines())
                .hasSize(1);
        assertThat(installation.cli("dead-letters", "replay", "--limit", "1").lines())
                .hasSize(1);
        awaitDead(1);
    }

    @Test
    void anIdThatIsNotThereIsAFailure() {
        assertThat(installation.cli("dead-letters", "replay", "--id", "r9").exitCode())
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void rejectedRequestsHaveTheSameCommandsAndTheirOwnQueue() throws Exception {
        bury(installation.topology.rejected(), "r1", "{\"request_id\":\"r1\",\"message\":\"a\"}");

        Run list = installation.cli("rejected", "list");
        assertThat(list.lines()).containsExactly("2026-11-21T10:00:00Z  r1  model_not_found  no such model");
        assertThat(list.err()).contains("1 shown of 1 rejected requests.");
        assertThat(installation.cli("dead-letters", "list").err()).contains("0 shown of 0 dead letters.");
        assertThat(installation.cli("dead-letters", "replay").err()).contains("Replayed 0 dead letters.");

        Run replay = installation.cli("rejected", "replay");
        assertThat(replay.out()).startsWith("r1 -> ");
        assertThat(replay.err()).contains("Replayed 1 rejected requests.");
        assertThat(installation.channel.messageCount(installation.topology.rejected()))
                .isZero();
        assertThat(installation.channel.basicGet(installation.topology.requests(), true))
                .isNotNull();
    }

    /** What the command line only looked at is ready again a moment after its connection has closed. */
    private void awaitDead(int letters) {
        Waits.until("dead letters: " + letters, () -> dead() == letters);
    }

    private long dead() {
        try {
            return installation.channel.messageCount(installation.topology.deadLetters());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void bury(String id, String body) throws IOException, InterruptedException, TimeoutException {
        bury(installation.topology.deadLetters(), id, body);
    }

    private void bury(String exchange, String id, String body)
            throws IOException, InterruptedException, TimeoutException {
        Map<String, Object> headers = new HashMap<>(Map.of(
                "x-failure-code", "model_not_found",
                "x-failure-message", "no such model",
                "x-failed-at", "2026-11-21T10:00:00Z",
                "x-worker", "w1",
                "x-attempt", 1,
                "x-queue", "chat.requests",
                "x-user-id", "somebody",
                "x-first-death-reason", "rejected",
                "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        AMQP.BasicProperties properties = MessageProperties.PERSISTENT_BASIC
                .builder()
                .messageId(id)
                .correlationId("mine")
                .replyTo("amq.gen-gone")
                .headers(headers)
                .build();
        installation.channel.basicPublish(exchange, "llama3", properties, body.getBytes(UTF_8));
        installation.channel.waitForConfirmsOrDie(10_000);
    }
}
