package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Contract;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import io.chatworker.worker.testing.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests a cancel hits, how soon, and what is left of them. */
class CancellationTest {

    private static final Duration AT_ONCE = Duration.ofMillis(100);
    private static final int TRIES = 10;

    @RegisterExtension
    final Installation installation = new Installation();

    static List<Named<ScriptedAnswer>> unfinished() {
        return List.of(
                // As a real Ollama that loads its model or reads a long prompt: not even a header.
                Named.of("before the headers", ScriptedAnswer.streaming().stall()),
                Named.of(
                        "after the headers",
                        ScriptedAnswer.streaming().raw("\n").stall()),
                Named.of(
                        "in mid-answer",
                        ScriptedAnswer.streaming().text("Hello").stall()));
    }

    /** From the command's publication to the end of Ollama's connection; a busy machine gets several tries. */
    @Law(4)
    @ParameterizedTest
    @MethodSource("unfinished")
    void theCallIsClosedWithinAHundredMilliseconds(ScriptedAnswer unfinished) {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> unfinished);
        installation.startWorker();
        List<Duration> taken = new ArrayList<>();
        do {
            String id = installation.ask("Hi");
            Asked asked = installation.ollama().awaitAsked(taken.size());
            events.await(id, "started");
            long began = System.nanoTime();
            installation.chat().cancel(id);
            taken.add(Duration.ofNanos(asked.awaitGone() - began));
            events.awaitCancelled(id, "cancelled");
        } while (taken.getLast().compareTo(AT_ONCE) > 0 && taken.size() < TRIES);

        assertThat(taken.getLast()).as("took " + taken).isLessThanOrEqualTo(AT_ONCE);
    }

    @Test
    void aCancelledConversationGoesOnFromItsHistory() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().text("Hello", " the").stall(), ScriptedAnswer.saying("Bye"));
        installation.startWorker();
        String id = installation.send(Ask.message("And now?")
                .with("messages", List.of(turn("user", "Hi"), turn("assistant", "Hello")))
                .with("metadata", Map.of("tenant", "acme")));
        events.await(id, "chunk", 0);
        // The second piece is gathered for a moment, and may come by itself or with the end.
        Waits.until(
                "both pieces",
                () -> events.of(id, "chunk").stream()
                        .map(chunk -> chunk.text("/content"))
                        .reduce("", String::concat)
                        .equals("Hello the"));

        installation.chat().cancel(id);

        Event cancelled = events.awaitCancelled(id, "cancelled");
        events.assertGapless(id);
        assertThat(cancelled.at("/partial")).isEqualTo(Json.of("{\"role\":\"assistant\",\"content\":\"Hello the\"}"));
        assertThat(cancelled.at("/metadata")).isEqualTo(Json.of("{\"tenant\":\"acme\"}"));
        assertThat(cancelled.body().has("cause")).isFalse();
        events.awaitCompleted(installation.send(Ask.message("Go on").with("messages", cancelled.at("/history"))));
        assertThat(installation
                        .ollama()
                        .asked()
                        .getLast()
                        .body()
                        .path("messages")
                        .valueStream()
                        .filter(turn -> !turn.path("role").asString().equals("system"))
                        .map(turn -> turn.path("content").asString()))
                .containsExactly("Hi", "Hello", "And now?", "Hello the", "Go on");
    }

    @Test
    void aRequestThatIsCancelledManyTimesEndsOnce() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall(), ScriptedAnswer.saying("Hello"));
        installation.startWorker();
        String id = installation.send(Ask.message("Hi").with("conversation_id", "c1"));
        events.await(id, "chunk");

        for (int i = 0; i < 5; i++) {
            installation.chat().cancel(id);
            installation.chat().cancelConversation("c1");
            cancel("{\"request_id\":\"" + id + "\",\"conversation_id\":\"c1\"}");
        }

        events.awaitCancelled(id, "cancelled");
        awaitHeard();
        // All events of the worker so far were published before the end of this one.
        events.awaitCompleted(installation.ask("Hi"));
        assertThat(events.of(id, "cancelled")).hasSize(1);
    }

    @Test
    void aConversationsCancelGoesByTimestampsWhereNobodySaysWhenItWasSent() {
        RecordedEvents events = installation.events();
        Instant command = Instant.parse("2026-11-21T12:00:00Z");
        CountDownLatch heard = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().text("Hello").await(heard).done())
                .answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker();
        String other = installation.ask("Hi");
        events.await(other, "chunk");
        String before = installation.send(stamped(command.minusSeconds(1)));
        String same = installation.send(stamped(command));
        String after = installation.send(stamped(command.plusSeconds(1)));
        String unknown = installation.send(Ask.message("Hi").with("conversation_id", "c1"));

        cancel("{\"conversation_id\":\"c1\"}", new BasicProperties.Builder().timestamp(Date.from(command)));
        awaitHeard();
        heard.countDown();

        events.awaitCompleted(other);
        events.awaitCancelled(before, "cancelled");
        events.awaitCancelled(same, "cancelled");
        events.awaitCompleted(after);
        // It may be the next question: it is hit only while it runs.
        events.awaitCompleted(unknown);
    }

    private static Ask stamped(Instant at) {
        return Ask.message("Hi")
                .with("conversation_id", "c1")
                .properties(new BasicProperties.Builder().timestamp(Date.from(at)));
    }

    @Test
    void aRunningRequestOfWhichNobodyKnowsWhenItWasSentIsHitByItsConversation() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        installation.startWorker();
        String id = installation.send(Ask.message("Hi").with("conversation_id", "c1"));
        events.await(id, "chunk");

        cancel("{\"conversation_id\":\"c1\",\"sent_at\":\"2026-11-21T12:00:00.000Z\"}");

        events.awaitCancelled(id, "cancelled");
        installation.ollama().awaitAsked(0).awaitGone();
    }

    @Test
    void aConversationsCancelHitsWhatRunsWhateverTheClocksSay() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        installation.startWorker();
        String id = installation.send(sent(Instant.now().plusSeconds(60)));
        events.await(id, "chunk");

        installation.chat().cancelConversation("c1");

        events.awaitCancelled(id, "cancelled");
    }

    private static Ask sent(Instant at) {
        return Ask.message("Hi").with("conversation_id", "c1").with("sent_at", at.toString());
    }

    @Test
    void aCancelIsForgottenAfterItsTime() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_CANCEL_MEMORY", "1ms");

        installation.chat().cancel("early");
        awaitHeard();
        installation.send(Ask.message("Hi").with("request_id", "early"));

        events.awaitCompleted("early");
    }

    @Test
    void aCancelReachesARequestThatIsHeldWhileOllamaIsAway() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.closedBeforeHeaders());
        installation.startWorker();
        String id = installation.ask("Hi");
        events.await(id, "waiting");

        installation.chat().cancel(id);

        Event cancelled = events.awaitCancelled(id, "cancelled");
        assertThat(cancelled.text("/cause")).isEqualTo("ollama_unavailable");
        assertThat(cancelled.body().has("partial")).isFalse();
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    private static Map<String, String> turn(String role, String content) {
        return Map.of("role", role, "content", content);
    }

    /** Commands are heard in their order, so a description comes after all before it were. */
    private void awaitHeard() {
        installation.chat().describe(Waits.PATIENCE, 1);
    }

    /** As a client of ours would not send it. */
    private void cancel(String body) {
        cancel(body, new BasicProperties.Builder());
    }

    private void cancel(String body, BasicProperties.Builder properties) {
        installation.queues().with(channel -> {
            channel.basicPublish(
                    installation.topology().control(),
                    "",
                    properties.type(Contract.TYPE_CANCEL).build(),
                    body.getBytes(StandardCharsets.UTF_8));
            return null;
        });
    }
}
