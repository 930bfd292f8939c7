package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Who is there, and what each can do. */
class DescribeTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void everyWorkerAnswersThoseOfAPoolAndBusyOnesToo() {
        RecordedEvents events = installation.events();
        CountDownLatch described = new CountDownLatch(1);
        installation
                .ollama()
                .lists("m:latest", "big:latest")
                .answers(ScriptedAnswer.streaming()
                        .text("Hello")
                        .await(described)
                        .done());
        String pool = installation.topology().namespace() + ".gpu";
        installation.queues().removeAtEnd(pool);
        installation.startWorker("CHAT_WORKER_NAME", "plain", "CHAT_CONCURRENCY", "3");
        installation.startWorker(
                "CHAT_WORKER_NAME",
                "pooled",
                "CHAT_REQUESTS_QUEUE",
                pool,
                "CHAT_REQUESTS_BINDINGS",
                "big.#",
                "OLLAMA_MODEL",
                "big",
                "CHAT_MODELS_ALLOWED",
                "big");
        String busy = installation.ask("Hi");
        events.await(busy, "chunk");

        Map<String, JsonNode> descriptions = describe(2);

        assertThat(descriptions).containsOnlyKeys("plain", "pooled");
        JsonNode plain = descriptions.get("plain");
        JsonNode pooled = descriptions.get("pooled");
        assertThat(plain.path("contract_version").asInt()).isEqualTo(1);
        assertThat(plain.path("in_flight").asInt()).isEqualTo(1);
        assertThat(plain.path("concurrency").asInt()).isEqualTo(3);
        assertThat(plain.path("default_model").asString()).isEqualTo("m");
        assertThat(pooled.path("in_flight").asInt(-1)).isZero();
        assertThat(pooled.path("concurrency").asInt()).isEqualTo(1);
        assertThat(pooled.path("default_model").asString()).isEqualTo("big");
        assertThat(pooled.path("agents")).isEqualTo(Json.of("[\"general\"]"));
        assertThat(allowed(plain)).containsExactlyInAnyOrderEntriesOf(Map.of("m:latest", true, "big:latest", true));
        assertThat(allowed(pooled)).containsExactlyInAnyOrderEntriesOf(Map.of("m:latest", false, "big:latest", true));
        assertThat(plain.at("/models/0/capabilities")).isEqualTo(Json.of("[\"completion\",\"thinking\",\"tools\"]"));
        described.countDown();
        events.awaitCompleted(busy);
    }

    private static Map<String, Boolean> allowed(JsonNode description) {
        Map<String, Boolean> allowed = new TreeMap<>();
        description
                .path("models")
                .forEach(model -> allowed.put(
                        model.path("name").asString(), model.path("allowed").asBoolean()));
        return allowed;
    }

    /** The answers of so many workers, by name. */
    private Map<String, JsonNode> describe(int workers) {
        String replies = installation
                .queues()
                .with(_ -> installation.channel().queueDeclare().getQueue());
        installation.queues().with(channel -> {
            BasicProperties properties = new BasicProperties.Builder()
                    .type("chat.describe")
                    .replyTo(replies)
                    .correlationId("who is there?")
                    .build();
            channel.basicPublish(installation.topology().control(), "", properties, new byte[0]);
            return null;
        });
        Map<String, JsonNode> descriptions = new TreeMap<>();
        Waits.until(() -> workers + " descriptions, not " + descriptions, () -> {
            GetResponse answer =
                    installation.queues().with(_ -> installation.channel().basicGet(replies, true));
            if (answer != null) {
                assertThat(answer.getProps().getType()).isEqualTo("chat.description");
                assertThat(answer.getProps().getCorrelationId()).isEqualTo("who is there?");
                JsonNode description = Json.of(answer.getBody());
                assertThat(descriptions.put(description.path("worker").asString(), description))
                        .isNull();
            }
            return descriptions.size() == workers;
        });
        return descriptions;
    }
}
