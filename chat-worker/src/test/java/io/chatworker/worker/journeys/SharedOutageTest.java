package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.FreePorts;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A held request is requeued only where that helps: when another worker of its queue could take it. */
@Law(5)
class SharedOutageTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void aHeldRequestGoesToAnotherWorkerThatIsNotPaused() {
        RecordedEvents events = installation.events();
        CountDownLatch over = new CountDownLatch(1);
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming().text("Hello").await(over).done(),
                        ScriptedAnswer.saying("Hello again"));
        installation.startWorker("CHAT_WORKER_NAME", "well");
        String busy = installation.ask("Hi");
        events.await(busy, "chunk");
        startCutOff("cut-off", "CHAT_HOLD", "300ms");

        String id = installation.ask("And then?");

        assertThat(events.await(id, "waiting").text("/reason")).isEqualTo("ollama_unavailable");
        installation.queues().awaitWaiting(installation.topology().requests(), 1);
        over.countDown();
        Event completed = events.awaitCompleted(id);
        assertThat(completed.text("/worker")).isEqualTo("well");
        assertThat(completed.attempt()).isEqualTo(101);
        events.awaitCompleted(busy);
    }

    /** Asked twice, 10 s apart: the worker itself answers too, one that is paused, and one that serves another queue. */
    @Test
    void aRequestStaysWhereItIsWhileNobodyElseCouldTakeIt() {
        RecordedEvents events = installation.events();
        String pool = installation.topology().namespace() + ".gpu";
        installation.queues().removeAtEnd(pool);
        installation.startWorker(
                "CHAT_WORKER_NAME", "elsewhere", "CHAT_REQUESTS_QUEUE", pool, "CHAT_REQUESTS_BINDINGS", "big.#");
        String questions = listen();
        int port = FreePorts.one();
        ScriptedOllama before = new ScriptedOllama(port);
        for (String name : List.of("one", "two")) {
            installation.startWorker("CHAT_WORKER_NAME", name, "OLLAMA_HOST", before.host(), "CHAT_HOLD", "100ms");
        }
        before.close();
        List<String> ids = askedAtOnce(2);
        ids.forEach(id -> events.await(id, "waiting"));

        // Each of the two asks at once, and again after 10 s.
        List<Long> asked = new ArrayList<>();
        while (asked.size() < 4) {
            awaitQuestion(questions);
            asked.add(System.nanoTime());
        }

        assertThat(installation.queues().waiting(installation.topology().requests()))
                .isZero();
        assertThat(asked.get(3) - asked.get(1)).isGreaterThan(8_000_000_000L);
        try (ScriptedOllama after = new ScriptedOllama(port)) {
            after.answersBy(_ -> ScriptedAnswer.saying("Hello"));
            ids.forEach(events::awaitCompleted);
        }
    }

    /** So nobody becomes a suspect by it, and all run at once afterwards. */
    @Test
    void anOutageThatAllShareCostsNoDeliveryHoweverOftenItComes() {
        int many = 20;
        RecordedEvents events = installation.events();
        int port = FreePorts.one();
        ScriptedOllama first = new ScriptedOllama(port);
        TestWorker worker = installation.startWorker(
                "OLLAMA_HOST",
                first.host(),
                "CHAT_CONCURRENCY",
                String.valueOf(many),
                "CHAT_HOLD",
                "100ms",
                "CHAT_CHUNK_INTERVAL",
                "0ms");
        first.answersBy(_ -> ScriptedAnswer.streaming().stall());
        List<String> ids = askedAtOnce(many);
        first.awaitAsked(many - 1);
        first.close();
        ids.forEach(id -> events.await(id, "waiting"));
        for (int flap = 0; flap < 3; flap++) {
            // Back for so long as it takes to lose one request more.
            try (ScriptedOllama flapping = new ScriptedOllama(port)) {
                flapping.answersBy(_ -> ScriptedAnswer.streaming().stall());
                flapping.awaitAsked(0);
            }
        }

        CountDownLatch all = new CountDownLatch(1);
        try (ScriptedOllama back = new ScriptedOllama(port)) {
            back.answersBy(
                    _ -> ScriptedAnswer.streaming().text("Hello").await(all).done());
            ids.forEach(id -> events.await(id, "chunk"));
            String metrics = worker.get("/actuator/prometheus").body();
            all.countDown();

            assertThat(metrics.lines()).contains("chat_requests_in_flight " + many + ".0");
            assertThat(ids)
                    .allSatisfy(id ->
                            assertThat(events.awaitCompleted(id).attempt()).isLessThan(100));
        }
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    /** A description that nobody asked for, and one that cannot be read, move nobody. */
    @Test
    void aDescriptionThatIsNoAnswerIsIgnored() {
        RecordedEvents events = installation.events();
        startCutOff("cut-off", "CHAT_HOLD", "100ms");
        String questions = listen();
        String id = installation.ask("Hi");
        events.await(id, "waiting");
        BasicProperties question = awaitQuestion(questions).getProps();

        String requests = installation.topology().requests();
        describe(question.getReplyTo(), "another question", "{\"worker\":\"x\",\"queue\":\"" + requests + "\"}");
        describe(question.getReplyTo(), question.getCorrelationId(), "no JSON");
        describe(question.getReplyTo(), question.getCorrelationId(), "{\"queue\":\"" + requests + "\"}");
        describe(
                question.getReplyTo(),
                question.getCorrelationId(),
                "{\"worker\":\"cut-off\",\"queue\":\"" + requests + "\"}");
        assertThat(awaitQuestion(questions).getProps().getReplyTo()).isEqualTo(question.getReplyTo());

        assertThat(installation.queues().waiting(requests)).isZero();
        installation.leavesRequests();
    }

    private void startCutOff(String name, String... more) {
        int port = FreePorts.one();
        List<String> variables = new ArrayList<>(List.of("CHAT_WORKER_NAME", name));
        variables.addAll(List.of(more));
        try (ScriptedOllama once = new ScriptedOllama(port)) {
            variables.addAll(List.of("OLLAMA_HOST", once.host()));
            installation.startWorker(variables.toArray(String[]::new));
        }
    }

    private List<String> askedAtOnce(int many) {
        return IntStream.range(0, many)
                .mapToObj(i -> installation.ask("question " + i))
                .toList();
    }

    /** A queue that gets what the workers get. */
    private String listen() {
        return installation.queues().with(_ -> {
            String queue = installation.channel().queueDeclare().getQueue();
            installation.channel().queueBind(queue, installation.topology().control(), "");
            return queue;
        });
    }

    private GetResponse awaitQuestion(String queue) {
        GetResponse[] question = new GetResponse[1];
        Waits.until("a worker that asks the others", () -> {
            question[0] = installation.queues().with(_ -> installation.channel().basicGet(queue, true));
            return question[0] != null;
        });
        assertThat(question[0].getProps().getType()).isEqualTo("chat.describe");
        assertThat(question[0].getProps().getReplyTo())
                .startsWith(installation.topology().control() + ".");
        return question[0];
    }

    private void describe(String to, String correlationId, String body) {
        installation.queues().with(channel -> {
            BasicProperties properties = new BasicProperties.Builder()
                    .type("chat.description")
                    .correlationId(correlationId)
                    .build();
            channel.basicPublish("", to, properties, body.getBytes(StandardCharsets.UTF_8));
            return null;
        });
    }
}
