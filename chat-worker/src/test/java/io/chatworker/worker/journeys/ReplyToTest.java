package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.Queue;
import com.rabbitmq.client.Connection;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy of every event for who asked, and nothing for who may not be written to. */
class ReplyToTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @BeforeEach
    void startWorker() {
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1");
    }

    @Test
    void anExclusiveQueueGetsTheStreamAndBothGetTheEnd() {
        String queue = installation
                .queues()
                .with(_ -> installation.channel().queueDeclare().getQueue());
        assertThat(queue).startsWith("amq.gen-");
        answersTo(queue);
    }

    @Test
    void aQueueBelowTheNamespacesRepliesGetsThemToo() {
        answersTo(installation.queues().declare(installation.topology().replyPrefix() + "x", Map.of()));
    }

    private void answersTo(String queue) {
        RecordedEvents events = installation.events();
        RecordedEvents replies = RecordedEvents.in(installation.connection(), queue);
        // So that one queue sees in which order the two copies of the end were published.
        installation
                .queues()
                .with(_ -> installation
                        .channel()
                        .queueBind(queue, installation.topology().completions(), "#"));
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));

        String id = installation.send(Ask.message("Hi").replyTo(queue).correlationId("corr"));

        events.awaitCompleted(id);
        replies.await(id, "completed", 1);
        assertThat(replies.of(id))
                .extracting(Event::name)
                .containsExactly("started", "chunk", "completed", "completed");
        assertThat(replies.of(id))
                .extracting(Event::exchange)
                .containsExactly("", "", "", installation.topology().completions());
        assertThat(replies.of(id))
                .allSatisfy(event ->
                        assertThat(event.properties().getCorrelationId()).isEqualTo("corr"));
        assertThat(replies.of(id).get(2).body()).isEqualTo(replies.of(id).get(3).body());
        assertThat(events.of(id)).extracting(Event::name).containsExactly("completed");
        replies.assertGapless(id);
    }

    @Test
    void directReplyToWorksEndToEnd() {
        RecordedEvents events = installation.events();
        RecordedEvents replies = RecordedEvents.directReplies(installation.connection());
        installation.ollama().answers(ScriptedAnswer.saying("Hello", " there"));
        Ask ask = Ask.message("Hi").replyTo("amq.rabbitmq.reply-to");

        String id = installation.send(ask, replies.channel());

        replies.awaitCompleted(id);
        events.awaitCompleted(id);
        replies.assertGapless(id);
        replies.assertExhausted();
        assertThat(replies.of(id).getFirst().name()).isEqualTo("started");
        assertThat(replies.joined(id, replies.of(id).getLast().run(), "content"))
                .isEqualTo("Hello there");
        assertThat(events.of(id)).extracting(Event::name).containsExactly("completed");
    }

    @Law(7)
    @ParameterizedTest
    @ValueSource(strings = {"requests", "dead-letters", "rejected", "foreign", "replies", "repliesx"})
    void nothingIsWrittenToAQueueThatIsNotAllowed(String name) {
        RecordedEvents events = installation.events();
        String queue = installation.topology().namespace() + "." + name;
        if (!List.of("requests", "dead-letters", "rejected").contains(name)) {
            installation.queues().declare(queue, Map.of());
        }

        String id = installation.send(Ask.message("Hi").replyTo(queue));

        Event failed = events.awaitFailed(id, "reply_to_not_allowed");
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
        assertThat(events.of(id)).hasSize(1);
        assertThat(installation.ollama().asked()).isEmpty();
        installation.awaitRejected();
        Queue.DeclareOk after = installation.queues().look(queue);
        assertThat(after.getMessageCount()).isZero();
    }

    /** The broker's word that nobody is there may come after the last token. */
    @Test
    void anAnswerFasterThanTheNewsThatItsRequesterIsGoneIsNoCompletion() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        for (int i = 0; i < 20; i++) {
            String id = installation.send(Ask.message("Hi").replyTo("amq.gen-nobody" + i));
            events.awaitCancelled(id, "requester_gone");
        }
    }

    @Law(4)
    @Test
    void aRequesterThatGoesAwayStopsTheGeneration() throws Exception {
        RecordedEvents events = installation.events();
        String queue = installation.queues().declare(installation.topology().replyPrefix() + "leaving", Map.of());
        RecordedEvents replies = RecordedEvents.in(installation.connection(), queue);
        CountDownLatch left = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("Hello")
                        .await(left)
                        .text(" there")
                        .stall());
        String id = installation.send(Ask.message("Hi").replyTo(queue));
        replies.await(id, "chunk");

        installation.channel().queueDelete(queue);
        left.countDown();

        Event cancelled = events.awaitCancelled(id, "requester_gone");
        Asked asked = installation.ollama().awaitAsked(0);
        asked.awaitGone();
        assertThat(cancelled.text("/partial/content")).startsWith("Hello");
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    /** An exclusive queue goes with its connection. */
    @Law(4)
    @Test
    void aRequesterWhoseConnectionEndsStopsTheGeneration() throws Exception {
        RecordedEvents events = installation.events();
        CountDownLatch left = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("Hello")
                        .await(left)
                        .text(" there")
                        .stall());
        Connection requester = installation.broker().connect();
        String queue = requester.createChannel().queueDeclare().getQueue();
        RecordedEvents replies = RecordedEvents.in(requester, queue);
        String id = installation.send(Ask.message("Hi").replyTo(queue));
        replies.await(id, "chunk");

        requester.close();
        left.countDown();

        events.awaitCancelled(id, "requester_gone");
        installation.ollama().awaitAsked(0).awaitGone();
    }

    /** Ollama says nothing more, and the broker tells nothing: the worker has to ask. */
    @Law(4)
    @Test
    void aDirectRequesterThatLeavesInMidAnswerStopsTheGeneration() {
        RecordedEvents events = installation.events();
        RecordedEvents replies = RecordedEvents.directReplies(installation.connection());
        installation.ollama().answers(ScriptedAnswer.streaming().text("Hello").stall());
        String id = installation.send(Ask.message("Hi").replyTo("amq.rabbitmq.reply-to"), replies.channel());
        replies.await(id, "chunk");

        replies.close();

        Event cancelled = events.awaitCancelled(id, "requester_gone");
        installation.ollama().awaitAsked(0).awaitGone();
        assertThat(cancelled.text("/partial/content")).isEqualTo("Hello");
        assertThat(cancelled.at("/history"))
                .last()
                .satisfies(turn -> assertThat(turn.path("content").asString()).isEqualTo("Hello"));
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    /** RabbitMQ 3.10 closes a connection that publishes to such a name, or looks for it. */
    @Law(7)
    @Test
    void aForgedDirectRequesterTakesNobodyWithIt() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));

        String forged = installation.send(Ask.message("Hi").replyTo("amq.rabbitmq.reply-to.AAAA.x"));
        String other = installation.ask("Hi");

        events.awaitCancelled(forged, "requester_gone");
        events.awaitCompleted(other);
        assertThat(events.of(other, "started")).hasSize(1);
    }

    @Test
    void aRequesterThatWasNeverThereIsNotAnsweredAtAll() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.streaming().stall());

        String id = installation.send(
                Ask.message("Hi").replyTo(installation.topology().replyPrefix() + "nobody"));

        events.awaitCancelled(id, "requester_gone");
    }
}
