package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exchanges and queues, as the contract names them. */
class TopologyTest {

    @RegisterExtension
    final Installation installation = new Installation();

    private Map<String, Object> requestArguments() {
        return new HashMap<>(Map.of(
                "x-queue-type",
                "quorum",
                "x-delivery-limit",
                20,
                "x-dead-letter-exchange",
                installation.topology().deadLetters(),
                "x-dead-letter-strategy",
                "at-least-once",
                "x-overflow",
                "reject-publish",
                "x-max-length",
                100000,
                "x-consumer-timeout",
                1800000));
    }

    @Test
    void whatIsThereEqualsWhatTheContractDeclares() {
        installation.startWorker();
        Topology names = installation.topology();

        // A declaration passes only where it equals what is there.
        installation.queues().with(channel -> {
            channel.exchangeDeclare(
                    names.requests(), "topic", true, false, Map.of("alternate-exchange", names.requestsDefault()));
            channel.exchangeDeclare(names.requestsDefault(), "fanout", true);
            channel.exchangeDeclare(names.chunks(), "topic", true);
            channel.exchangeDeclare(names.completions(), "topic", true);
            channel.exchangeDeclare(names.control(), "fanout", true);
            channel.exchangeDeclare(names.deadLetters(), "topic", true);
            channel.queueDeclare(
                    names.deadLetters(),
                    true,
                    false,
                    false,
                    Map.of(
                            "x-queue-type",
                            "quorum",
                            "x-message-ttl",
                            7 * 24 * 3600 * 1000,
                            "x-max-length",
                            10000,
                            "x-overflow",
                            "drop-head"));
            return channel.queueDeclare(names.requests(), true, false, false, requestArguments());
        });
        assertOther("x-max-length", 7);
        assertOther("x-dead-letter-exchange", "elsewhere");
        assertOther("x-queue-type", "classic");
    }

    private void assertOther(String argument, Object value) {
        Map<String, Object> arguments = requestArguments();
        arguments.put(argument, value);
        String queue = installation.topology().requests();
        assertThatThrownBy(() -> installation
                        .queues()
                        .with(channel -> channel.queueDeclare(queue, true, false, false, arguments)))
                .as(argument)
                .isInstanceOf(UncheckedIOException.class)
                .hasStackTraceContaining("PRECONDITION_FAILED");
    }

    @Test
    void aRequestReachesTheWorkerWhateverItsRoutingKey() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_CONCURRENCY", "4");

        for (String key : List.of("", "#", "qwen2.5:3b-instruct", "a.b.c", "é".repeat(100))) {
            events.awaitCompleted(installation.send(Ask.message("Hi").routingKey(key)));
        }
    }

    @Test
    void nobodyNeedsToListenForARequestToBeSettled() {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker();
        Topology names = installation.topology();
        installation.queues().with(channel -> {
            channel.queueUnbind(installation.events().queue(), names.chunks(), "#");
            return channel.queueUnbind(installation.events().queue(), names.completions(), "#");
        });

        installation.ask("Hi");

        Waits.until(
                "an unroutable terminal event is counted",
                () -> worker.get("/actuator/prometheus").body().contains("chat_events_unroutable_total 1.0"));
        installation.queues().awaitWaiting(names.requests(), 0);
    }

    @Test
    void aQueueWithOtherArgumentsIsUsedAsItIsWithAWarningThatQuotesTheBroker() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        Topology names = installation.topology();
        installation.queues().with(channel -> {
            channel.exchangeDeclare(names.deadLetters(), "fanout", true);
            return channel.queueDeclare(
                    names.requests(), true, false, false, Map.of("x-queue-type", "quorum", "x-max-length", 50));
        });
        try (CapturedLog log = new CapturedLog()) {
            installation.startWorker();

            events.awaitCompleted(installation.ask("Hi"));

            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("WARN")
                            && line.contains("queue " + names.requests())
                            && line.contains("inequivalent arg"))
                    .anyMatch(line -> line.startsWith("WARN")
                            && line.contains("exchange " + names.deadLetters())
                            && line.contains("inequivalent arg"));
        }
        // It was used, not replaced.
        installation
                .queues()
                .with(channel -> channel.queueDeclare(
                        names.requests(), true, false, false, Map.of("x-queue-type", "quorum", "x-max-length", 50)));
    }

    @Test
    void whatItMayNotDeclareItWaitsFor() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        TestWorker waiting = installation.beginWorker("CHAT_DECLARE_TOPOLOGY", "false");
        Waits.until(
                "a health that names what is missing",
                () -> waiting.json("/actuator/health")
                        .at("/components/rabbit")
                        .toString()
                        .contains(installation.topology().namespace() + "."));
        assertThat(waiting.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
        assertThatThrownBy(
                        () -> installation.queues().look(installation.topology().requests()))
                .hasStackTraceContaining("NOT_FOUND");

        TestWorker other = installation.startWorker();
        other.close();
        waiting.ready();

        events.awaitCompleted(installation.ask("Hi"));
    }

    @Test
    void aPoolTakesItsKeysAndTheOthersTheRest() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        String pool = installation.topology().namespace() + ".gpu";
        installation.queues().removeAtEnd(pool);
        installation.startWorker("CHAT_WORKER_NAME", "default");
        installation.startWorker(
                "CHAT_WORKER_NAME", "pool", "CHAT_REQUESTS_QUEUE", pool, "CHAT_REQUESTS_BINDINGS", "llama.#, big");

        assertThat(answeredBy("llama.70b", events)).isEqualTo("pool");
        assertThat(answeredBy("big", events)).isEqualTo("pool");
        assertThat(answeredBy("big.other", events)).isEqualTo("default");
        assertThat(answeredBy("qwen", events)).isEqualTo("default");
        assertThat(answeredBy("", events)).isEqualTo("default");
        installation.queues().with(channel -> channel.queueDeclare(pool, true, false, false, requestArguments()));
    }

    @Test
    void theDeadLetterOfAPoolNamesItsQueue() {
        RecordedEvents events = installation.events();
        String pool = installation.topology().namespace() + ".gpu";
        installation.queues().removeAtEnd(pool);
        installation.startWorker("CHAT_REQUESTS_QUEUE", pool, "CHAT_REQUESTS_BINDINGS", "big");

        installation.publish(
                "big", new BasicProperties.Builder().messageId("bad").build(), new byte[0]);

        events.awaitFailed("bad", "invalid_request");
        assertThat(installation.awaitDeadLetter().getProps().getHeaders().get("x-queue"))
                .hasToString(pool);
    }

    private String answeredBy(String key, RecordedEvents events) {
        Event completed =
                events.awaitCompleted(installation.send(Ask.message("Hi").routingKey(key)));
        return completed.text("/worker");
    }
}
