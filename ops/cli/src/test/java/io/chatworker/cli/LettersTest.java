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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Against a real broker. */
class LettersTest {

    private static final long HOUR = 3_600;

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
    void aListIsATableNewestFirstAPageAtATimeAndRemovesNothing() throws Exception {
        bury("r1", "{\"request_id\":\"r1\",\"message\":\"a\"}", 3 * HOUR, "model_not_found");
        bury("r2", "not json", 5, "crash_loop");
        bury("r3", "{\"request_id\":\"r3\",\"model\":\"llama3:70b\"}", 600, "model_not_found");

        for (int look = 0; look < 3; look++) {
            Run run = installation.cli("dead-letters", "list");

            assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(run.lines().getFirst()).matches("AGE +REQUEST +CODE +MODEL +SIZE +MESSAGE");
            assertThat(run.lines().get(1)).matches("\\d+ s +r2 +crash_loop +- +8 B +no such model");
            assertThat(run.lines().get(2)).matches("10 min +r3 +model_not_found +llama3:70b +40 B +no such model");
            assertThat(run.lines().get(3)).matches("3 h +r1 +model_not_found +- +33 B +no such model");
            assertThat(run.err()).isEqualTo("3 dead letters, newest first.\n");
        }
        Run first = installation.cli("dead-letters", "list", "--limit", "2");
        Run second = installation.cli("dead-letters", "list", "--limit", "2", "--page", "2");
        assertThat(first.lines()).hasSize(3);
        assertThat(first.err()).isEqualTo("1 to 2 of 3 dead letters, newest first. The next page: --page 2\n");
        assertThat(second.lines()).hasSize(2).last().asString().contains("r1");
    }

    @Test
    void filtersNarrowWhatIsListed() throws Exception {
        bury("r1", "{}", 3 * HOUR, "model_not_found");
        bury("r2", "{}", 600, "crash_loop");
        bury("r3", "{}", 5, "crash_loop");

        assertThat(listed("--code", "crash_loop")).containsExactly("r3", "r2");
        assertThat(listed("--older-than", "1h")).containsExactly("r1");
        assertThat(listed("--newer-than", "1h", "--older-than", "1m")).containsExactly("r2");
        assertThat(listed("--id", "r1", "--id", "r3")).containsExactly("r3", "r1");
        assertThat(installation.cli("dead-letters", "list", "--code", "no_such").err())
                .contains("None that fits");
    }

    private List<String> listed(String... options) {
        return Stream.concat(Stream.of("dead-letters", "list", "--json"), Stream.of(options))
                .collect(Collectors.collectingAndThen(
                        Collectors.toList(),
                        words -> installation.cli(words.toArray(String[]::new)).lines().stream()
                                .map(line -> Json.tree(line.getBytes(UTF_8))
                                        .get("request_id")
                                        .stringValue())
                                .toList()));
    }

    @Test
    void showHasTheHeadersAndTheRequestWithoutWhatWouldSteerTheTerminal() throws Exception {
        bury("r1", "{\"request_id\":\"r1\",\"message\":\"a\"}");
        bury("r2", "not \033[2J json");

        assertThat(installation.cli("dead-letters", "show", "r1").out())
                .contains(
                        "x-failure-code", "traceparent", "reply_to               amq.gen-gone", "\"message\" : \"a\"");
        assertThat(installation.cli("dead-letters", "show", "r2").out()).contains("not [2J json");
        JsonNode json = Json.tree(
                installation.cli("dead-letters", "show", "r1", "--json").out().getBytes(UTF_8));
        assertThat(json.at("/headers/x-worker").stringValue()).isEqualTo("w1");
        assertThat(json.at("/request/message").stringValue()).isEqualTo("a");
        Run none = installation.cli("dead-letters", "show", "r9");
        assertThat(none.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(none.err()).contains("'r9' is not among the dead letters.");
        awaitDead(2);
    }

    @Test
    void aDryRunNamesJustWhatTheRunThenTakes() throws Exception {
        for (int i = 1; i <= 5; i++) {
            bury("r" + i, "{\"request_id\":\"r" + i + "\"}", i * 100L, i % 2 == 0 ? "crash_loop" : "internal_error");
        }
        String[] which = {"--code", "internal_error", "--limit", "2"};

        Run dry = letters("replay", "--dry-run", which);
        // Looked at in between, the queue has another order.
        listed();
        Run run = letters("replay", "", which);
        Run drop = letters("drop", "--dry-run", "--older-than", "150s");

        assertThat(dry.out()).contains("r1  ", "r3  ").doesNotContain("r5  ", "->");
        assertThat(dry.err()).contains("Would replay 2 dead letters.");
        assertThat(run.lines()).hasSize(2).allMatch(line -> line.startsWith("r1 -> ") || line.startsWith("r3 -> "));
        assertThat(run.err()).contains("Replayed 2 dead letters. 1 dead letter more");
        assertThat(drop.err()).contains("Would drop 3 dead letters.");
        assertThat(letters("drop", "", "--older-than", "150s").err()).contains("Dropped 3 dead letters.");
        awaitDead(0);
        assertThat(installation.channel.messageCount(installation.topology.requests()))
                .isEqualTo(2);
    }

    @Test
    void nothingIsDroppedUnlessItIsSaidWhich() throws Exception {
        bury("r1", "{}");

        Run run = installation.cli("dead-letters", "drop");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--all");
        assertThat(installation.cli("dead-letters", "drop", "--all", "--json").out())
                .contains("\"request_id\":\"r1\"");
        awaitDead(0);
    }

    private Run letters(String command, String flag, String... options) {
        List<String> words = new ArrayList<>(List.of("dead-letters", command));
        if (!flag.isEmpty()) {
            words.add(flag);
        }
        words.addAll(List.of(options));
        return installation.cli(words.toArray(String[]::new));
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
    void anIdThatIsNotThereIsAFailure() {
        assertThat(installation.cli("dead-letters", "replay", "--id", "r9").exitCode())
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void rejectedRequestsHaveTheSameCommandsAndTheirOwnQueue() throws Exception {
        bury(installation.topology.rejected(), "r1", "{\"request_id\":\"r1\",\"message\":\"a\"}", 5, "model_not_found");

        Run list = installation.cli("rejected", "list");
        assertThat(list.lines()).hasSize(2).last().asString().contains("r1", "model_not_found", "no such model");
        assertThat(list.err()).isEqualTo("1 rejected request, newest first.\n");
        assertThat(installation.cli("dead-letters", "list").err()).isEqualTo("0 dead letters.\n");
        assertThat(installation.cli("dead-letters", "replay").err()).contains("Replayed 0 dead letters.");

        Run replay = installation.cli("rejected", "replay");
        assertThat(replay.out()).startsWith("r1 -> ");
        assertThat(replay.err()).contains("Replayed 1 rejected request.");
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
        bury(id, body, 5, "model_not_found");
    }

    private void bury(String id, String body, long secondsAgo, String code)
            throws IOException, InterruptedException, TimeoutException {
        bury(installation.topology.deadLetters(), id, body, secondsAgo, code);
    }

    private void bury(String exchange, String id, String body, long secondsAgo, String code)
            throws IOException, InterruptedException, TimeoutException {
        Map<String, Object> headers = new HashMap<>(Map.of(
                "x-failure-code", code,
                "x-failure-message", "no such model",
                "x-failed-at", Instant.now().minusSeconds(secondsAgo).toString(),
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
