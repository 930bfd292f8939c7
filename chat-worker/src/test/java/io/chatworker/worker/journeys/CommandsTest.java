package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What workers are told over the control exchange. */
class CommandsTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Law(4)
    @Test
    void aCancelStopsARunningGenerationAtOnce() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        installation.startWorker();
        String id = installation.ask("Hi");
        events.await(id, "chunk");

        command("chat.cancel", "{\"request_id\":\"" + id + "\"}");

        Event cancelled = events.awaitCancelled(id, "cancelled");
        installation.ollama().awaitAsked(0).awaitGone();
        events.assertGapless(id);
        assertThat(cancelled.text("/partial/content")).isEqualTo("Hello");
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
        // Idempotent.
        command("chat.cancel", "{\"request_id\":\"" + id + "\"}");
    }

    /** With the exchange go its bindings, and nobody tells the workers. */
    @Test
    void commandsAreHeardAgainAfterTheirExchangeWasDeleted() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        TestWorker worker = installation.startWorker("CHAT_TOPOLOGY_CHECK", "200ms");
        String control = installation.topology().control();
        String id = installation.ask("Hi");
        events.await(id, "chunk");

        installation.queues().with(channel -> channel.exchangeDelete(control));

        Waits.until(
                "a worker behind the exchange",
                () -> installation.queues().with(channel -> {
                    channel.confirmSelect();
                    CompletableFuture<Boolean> returned = new CompletableFuture<>();
                    channel.addReturnListener(_ -> returned.complete(true));
                    try {
                        channel.basicPublish(
                                control,
                                "",
                                true,
                                new BasicProperties.Builder()
                                        .type("chat.cancel")
                                        .build(),
                                ("{\"request_id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8));
                        return channel.waitForConfirms(1_000) && !returned.isDone();
                    } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
                        return false;
                    }
                }));
        events.awaitCancelled(id, "cancelled");
        Waits.until("a ready worker", worker::isReady);
    }

    @Test
    void aCancelBeforeTheFirstTokenClosesTheCallToo() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().stall());
        installation.startWorker();
        String id = installation.ask("Hi");
        installation.ollama().awaitAsked(0);

        command("chat.cancel", "{\"request_id\":\"" + id + "\"}");

        Event cancelled = events.awaitCancelled(id, "cancelled");
        installation.ollama().awaitAsked(0).awaitGone();
        assertThat(cancelled.body().has("partial")).isFalse();
    }

    @Test
    void aCancelEndsTheWaitForARetry() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.error(503, "busy").header("Retry-After", "60"));
        installation.startWorker();
        String id = installation.ask("Hi");
        events.await(id, "waiting");

        command("chat.cancel", "{\"request_id\":\"" + id + "\"}");

        assertThat(events.awaitCancelled(id, "cancelled").text("/cause")).isEqualTo("ollama_busy");
    }

    @Test
    void aQueuedRequestIsCancelledWhenAWorkerComesToIt() {
        RecordedEvents events = installation.events();
        CountDownLatch cancelled = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("Hello")
                        .await(cancelled)
                        .done());
        installation.startWorker();
        String running = installation.ask("Hi");
        events.await(running, "chunk");
        String queued = installation.ask("And then?");

        command("chat.cancel", "{\"request_id\":\"" + queued + "\"}");
        cancelled.countDown();

        events.awaitCompleted(running);
        events.awaitCancelled(queued, "cancelled");
        assertThat(installation.ollama().asked()).hasSize(1);
    }

    @Test
    void aConversationsCancelHitsWhatWasSentBeforeIt() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall(), ScriptedAnswer.saying("Hello"));
        installation.startWorker();
        Instant now = Instant.now();
        String running = installation.send(sent("c1", now.minusSeconds(3)));
        events.await(running, "chunk");
        String queued = installation.send(sent("c1", now.minusSeconds(2)));
        String later = installation.send(sent("c1", now.plusSeconds(60)));
        String other = installation.send(sent("c2", now.minusSeconds(2)));
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));

        command("chat.cancel", "{\"conversation_id\":\"c1\",\"sent_at\":\"" + now + "\"}");

        events.awaitCancelled(running, "cancelled");
        events.awaitCancelled(queued, "cancelled");
        events.awaitCompleted(later);
        events.awaitCompleted(other);
    }

    private static Ask sent(String conversation, Instant at) {
        return Ask.message("Hi").with("conversation_id", conversation).with("sent_at", at.toString());
    }

    @Test
    void aCancelForARequestThatIsYetToComeIsRemembered() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        command("chat.cancel", "{\"request_id\":\"early\"}");
        // A description comes after the cancel on the same queue, so the cancel was heard.
        describe();
        installation.send(Ask.message("Hi").with("request_id", "early"));
        String other = installation.ask("Hi");

        events.awaitCancelled("early", "cancelled");
        events.awaitCompleted(other);
    }

    @Law(7)
    @Test
    void commandsThatCanNotBeReadAreIgnored() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        for (String body : List.of("", "no json", "[]", "{}", "{\"request_id\":7}", "{\"request_id\":\"a.b\"}")) {
            command("chat.cancel", body);
            command("chat.describe", body);
            command("chat.unknown", body);
        }

        events.awaitCompleted(installation.ask("Hi"));
    }

    @Test
    void aWorkerDescribesItself() {
        installation.startWorker("CHAT_WORKER_NAME", "w1", "CHAT_CONCURRENCY", "3");

        JsonNode description = describe();

        assertThat(description.path("worker").asString()).isEqualTo("w1");
        assertThat(description.path("contract_version").asInt()).isEqualTo(1);
        assertThat(description.path("default_model").asString()).isEqualTo("m");
        assertThat(description.path("concurrency").asInt()).isEqualTo(3);
        assertThat(description.path("in_flight").asInt(-1)).isZero();
        assertThat(description.path("agents").toString()).contains("general");
        assertThat(description.has("models")).isTrue();
        assertThat(description.has("limits")).isTrue();
    }

    /** An answer to a command goes to allowed queues only, as well. */
    @Law(7)
    @Test
    void nobodyIsDescribedToAForeignQueue() {
        String foreign =
                installation.queues().declare(installation.topology().namespace() + ".foreign", java.util.Map.of());
        installation.startWorker();

        command("chat.describe", "{}", foreign);
        describe();

        assertThat(installation.queues().waiting(foreign)).isZero();
    }

    /** Asks all workers and gives the first answer. */
    private JsonNode describe() {
        String replies = installation
                .queues()
                .with(_ -> installation.channel().queueDeclare().getQueue());
        command("chat.describe", "{}", replies);
        List<JsonNode> got = new ArrayList<>();
        Waits.until("a description", () -> {
            GetResponse answer =
                    installation.queues().with(_ -> installation.channel().basicGet(replies, true));
            if (answer != null) {
                assertThat(answer.getProps().getType()).isEqualTo("chat.description");
                got.add(Json.of(answer.getBody()));
            }
            return answer != null;
        });
        return got.getFirst();
    }

    private void command(String type, String body) {
        command(type, body, null);
    }

    private void command(String type, String body, String replyTo) {
        BasicProperties properties = new BasicProperties.Builder()
                .contentType("application/json")
                .type(type)
                .replyTo(replyTo)
                .build();
        installation.queues().with(channel -> {
            channel.basicPublish(
                    installation.topology().control(), "", properties, body.getBytes(StandardCharsets.UTF_8));
            return null;
        });
    }
}
