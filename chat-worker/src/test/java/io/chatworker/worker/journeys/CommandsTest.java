package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.client.ChatException;
import io.chatworker.contracts.Description;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

        installation.chat().cancel(id);

        Event cancelled = events.awaitCancelled(id, "cancelled");
        installation.ollama().awaitAsked(0).awaitGone();
        events.assertGapless(id);
        assertThat(cancelled.text("/partial/content")).isEqualTo("Hello");
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
        // Idempotent.
        installation.chat().cancel(id);
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

        Waits.until("a worker behind the exchange", () -> isCancelled(id));
        events.awaitCancelled(id, "cancelled");
        Waits.until("a ready worker", worker::isReady);
    }

    private boolean isCancelled(String id) {
        try {
            return installation.chat().cancel(id);
        } catch (ChatException.BrokerRefused e) {
            // There is no exchange.
            return false;
        }
    }

    @Test
    void aCancelBeforeTheFirstTokenClosesTheCallToo() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().stall());
        installation.startWorker();
        String id = installation.ask("Hi");
        installation.ollama().awaitAsked(0);

        installation.chat().cancel(id);

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

        installation.chat().cancel(id);

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

        installation.chat().cancel(queued);
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

        installation.chat().cancelConversation("c1");

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

        installation.chat().cancel("early");
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

        Description worker = describe();

        assertThat(worker.worker()).isEqualTo("w1");
        assertThat(worker.contractVersion()).isEqualTo(1);
        assertThat(worker.defaultModel()).isEqualTo("m");
        assertThat(worker.concurrency()).isEqualTo(3);
        assertThat(worker.inFlight()).isZero();
        assertThat(worker.agents()).contains("general");
        assertThat(worker.models()).isNotNull();
        assertThat(worker.limits()).isNotEmpty();
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

    /** Commands are heard in their order, so all before it were. */
    private Description describe() {
        return installation.chat().describe(Waits.PATIENCE, 1).getFirst();
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
