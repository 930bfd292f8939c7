package io.chatworker.worker.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
            channel.exchangeDeclare(names.tools(), "topic", true);
            channel.exchangeDeclare(names.deadLetters(), "topic", true);
            channel.exchangeDeclare(names.rejected(), "topic", true);
            channel.queueDeclare(names.deadLetters(), true, false, false, letterArguments(7));
            channel.queueDeclare(names.rejected(), true, false, false, letterArguments(1));
            return channel.queueDeclare(names.requests(), true, false, false, requestArguments());
        });
        assertOther("x-max-length", 7);
        assertOther("x-dead-letter-exchange", "elsewhere");
        assertOther("x-queue-type", "classic");
    }

    private static Map<String, Object> letterArguments(int days) {
        return Map.of(
                "x-queue-type",
                "quorum",
                "x-message-ttl",
                days * 24 * 3600 * 1000,
                "x-max-length",
                10000,
                "x-overflow",
                "drop-head",
                "x-delivery-limit",
                1000000);
    }

    @Test
    void whatIsPublishedToTheLettersIsKeptUnderAnyKey() {
        installation.startWorker();
        for (String letters : List.of(
                installation.topology().deadLetters(), installation.topology().rejected())) {
            for (String key : List.of("", "a.b.c")) {
                installation.queues().with(channel -> {
                    channel.basicPublish(letters, key, null, new byte[] {1});
                    return null;
                });
                assertThat(installation
                                .queues()
                                .awaitMessage(letters)
                                .getEnvelope()
                                .getRoutingKey())
                        .isEqualTo(key);
            }
        }
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
    void aDifferenceIsWarnedOfOnceHoweverOftenItIsSeen() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        Topology names = installation.topology();
        installation.queues().with(channel -> {
            channel.exchangeDeclare(names.deadLetters(), "topic", true);
            // As it was declared before looks counted as deliveries.
            return channel.queueDeclare(
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
        });
        try (CapturedLog log = new CapturedLog()) {
            installation.startWorker("CHAT_TOPOLOGY_CHECK", "100ms");
            // Two rounds of the check.
            for (int round = 0; round < 2; round++) {
                unbind(names.requests(), names.requestsDefault(), "");
                events.awaitCompleted(askUntilRouted("any"));
            }

            assertThat(log.lines())
                    .filteredOn(line -> line.contains("queue " + names.deadLetters()))
                    .singleElement()
                    .asString()
                    .startsWith("WARN")
                    .contains("inequivalent arg 'x-delivery-limit'");
        }
    }

    @Test
    void aBindingThatSomebodyRemovedIsBackAndNothingElseIsDisturbed() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        String pool = installation.topology().namespace() + ".gpu";
        installation.queues().removeAtEnd(pool);
        installation.startWorker("CHAT_WORKER_NAME", "default");
        TestWorker worker = installation.startWorker(
                "CHAT_WORKER_NAME",
                "pool",
                "CHAT_TOPOLOGY_CHECK",
                "200ms",
                "CHAT_REQUESTS_QUEUE",
                pool,
                "CHAT_REQUESTS_BINDINGS",
                "big");
        Topology names = installation.topology();

        unbind(pool, names.requests(), "big");
        unbind(names.deadLetters(), names.deadLetters(), "#");
        unbind(names.rejected(), names.rejected(), "#");

        for (String letters : List.of(names.deadLetters(), names.rejected())) {
            Waits.until("a binding of " + letters, () -> routes(letters, "any", "probe"));
        }
        Waits.until(
                "the pool's requests at the pool",
                () -> answeredBy("big", events).equals("pool"));
        assertThat(worker.isReady()).isTrue();
    }

    @Test
    void theBindingOfTheCommonQueueIsBack() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_TOPOLOGY_CHECK", "200ms");

        unbind(installation.topology().requests(), installation.topology().requestsDefault(), "");

        events.awaitCompleted(askUntilRouted("any"));
    }

    @ParameterizedTest
    @MethodSource("partsByName")
    void aQueueOrAnExchangeThatSomebodyRemovedIsBackWithOneWarning(String kind, String part) {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        Topology names = installation.topology();
        String name = names.namespace() + "." + part;
        TestWorker worker = installation.startWorker("CHAT_TOPOLOGY_CHECK", "200ms");
        try (CapturedLog log = new CapturedLog()) {
            installation
                    .queues()
                    .with(channel -> kind.equals("queue") ? channel.queueDelete(name) : channel.exchangeDelete(name));

            Waits.until(name + " is there again", () -> isThere(kind, name));
            worker.ready();
            if (!part.equals("completions") && !part.equals("chunks")) {
                events.awaitCompleted(askUntilRouted("any"));
            }
            assertThat(log.lines())
                    .filteredOn(line -> line.contains(kind + " " + name + " was missing"))
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    static List<Arguments> partsByName() {
        return List.of(
                arguments("queue", "requests"),
                arguments("queue", "dead-letters"),
                arguments("queue", "rejected"),
                arguments("exchange", "requests"),
                arguments("exchange", "requests.default"),
                arguments("exchange", "chunks"),
                arguments("exchange", "tools"),
                arguments("exchange", "completions"),
                arguments("exchange", "dead-letters"),
                arguments("exchange", "rejected"));
    }

    @Test
    void anExchangeOfEventsThatWasRemovedTakesTerminalEventsAgain() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_TOPOLOGY_CHECK", "200ms");
        Topology names = installation.topology();
        installation.queues().with(channel -> channel.exchangeDelete(names.completions()));

        Waits.until("the exchange is there again", () -> isThere("exchange", names.completions()));
        installation.queues().with(channel -> channel.queueBind(events.queue(), names.completions(), "#"));

        events.awaitCompleted(installation.ask("Hi"));
    }

    @Test
    void whatIsRemovedAndMayNotBeDeclaredIsNamedUntilItIsBack() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        Topology names = installation.topology();
        installation.startWorker().close();
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker =
                    installation.startWorker("CHAT_DECLARE_TOPOLOGY", "false", "CHAT_TOPOLOGY_CHECK", "100ms");
            installation.queues().with(channel -> {
                channel.exchangeDelete(names.tools());
                return channel.queueDelete(names.rejected());
            });

            Waits.until(
                    "a health that names both",
                    () -> worker.json("/actuator/health")
                            .at("/components/rabbit/details/missing")
                            .asString("")
                            .contains("exchange " + names.tools() + ", queue " + names.rejected() + " are not there"));
            assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            // It goes on meanwhile.
            events.awaitCompleted(installation.ask("Hi"));

            installation.queues().with(channel -> {
                channel.exchangeDeclare(names.tools(), "topic", true);
                return channel.queueDeclare(names.rejected(), true, false, false, letterArguments(1));
            });
            worker.ready();
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("not there, and CHAT_DECLARE_TOPOLOGY=false"))
                    .isNotEmpty()
                    // The two were removed one after the other.
                    .hasSizeLessThanOrEqualTo(2);
            assertThat(log.lines())
                    .filteredOn(line -> line.equals("INFO all exchanges and queues are there again"))
                    .hasSize(1);
        }
    }

    private void unbind(String queue, String exchange, String key) {
        installation.queues().with(channel -> channel.queueUnbind(queue, exchange, key));
    }

    private boolean isThere(String kind, String name) {
        try {
            installation
                    .queues()
                    .with(channel -> kind.equals("queue")
                            ? channel.queueDeclarePassive(name)
                            : channel.exchangeDeclarePassive(name));
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Asks until a queue takes the request; its id. What is not routed nobody sees. */
    private String askUntilRouted(String key) {
        List<String> ids = new ArrayList<>();
        Waits.until("a way for requests with the key " + key, () -> {
            ids.add(Ask.id("r"));
            return routes(installation.topology().requests(), key, ids.getLast());
        });
        return ids.getLast();
    }

    /** Whether a message with this id finds a queue. */
    private boolean routes(String exchange, String key, String id) {
        return installation.queues().with(channel -> {
            AtomicBoolean returned = new AtomicBoolean();
            channel.addReturnListener(_ -> returned.set(true));
            channel.confirmSelect();
            channel.basicPublish(
                    exchange,
                    key,
                    true,
                    new BasicProperties.Builder().messageId(id).build(),
                    "{\"message\": \"Hi\"}".getBytes(UTF_8));
            try {
                channel.waitForConfirmsOrDie(Waits.PATIENCE.toMillis());
            } catch (InterruptedException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
            return !returned.get();
        });
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
    void whatAPoolKeepsNamesItsQueue() {
        RecordedEvents events = installation.events();
        String pool = installation.topology().namespace() + ".gpu";
        installation.queues().removeAtEnd(pool);
        installation.startWorker("CHAT_REQUESTS_QUEUE", pool, "CHAT_REQUESTS_BINDINGS", "big");

        installation.publish(
                "big", new BasicProperties.Builder().messageId("bad").build(), new byte[0]);

        events.awaitFailed("bad", "invalid_request");
        assertThat(installation.awaitRejected().getProps().getHeaders().get("x-queue"))
                .hasToString(pool);
    }

    private String answeredBy(String key, RecordedEvents events) {
        Event completed =
                events.awaitCompleted(installation.send(Ask.message("Hi").routingKey(key)));
        return completed.text("/worker");
    }
}
