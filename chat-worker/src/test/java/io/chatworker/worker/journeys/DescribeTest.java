package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.Description;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

        Map<String, Description> workers = installation.chat().describe(Waits.PATIENCE, 2).stream()
                .collect(Collectors.toMap(Description::worker, Function.identity()));

        assertThat(workers).containsOnlyKeys("plain", "pooled");
        Description plain = workers.get("plain");
        Description pooled = workers.get("pooled");
        assertThat(plain.contractVersion()).isEqualTo(1);
        assertThat(plain.inFlight()).isEqualTo(1);
        assertThat(plain.concurrency()).isEqualTo(3);
        assertThat(plain.defaultModel()).isEqualTo("m");
        assertThat(plain.queue()).isEqualTo(installation.topology().requests());
        assertThat(pooled.inFlight()).isZero();
        assertThat(pooled.concurrency()).isEqualTo(1);
        assertThat(pooled.defaultModel()).isEqualTo("big");
        assertThat(pooled.queue()).isEqualTo(pool);
        assertThat(pooled.agents()).containsExactly("general");
        assertThat(allowed(plain)).containsExactlyInAnyOrderEntriesOf(Map.of("m:latest", true, "big:latest", true));
        assertThat(allowed(pooled)).containsExactlyInAnyOrderEntriesOf(Map.of("m:latest", false, "big:latest", true));
        assertThat(plain.models().getFirst().capabilities()).containsExactly("completion", "thinking", "tools");
        described.countDown();
        events.awaitCompleted(busy);
    }

    private static Map<String, Boolean> allowed(Description worker) {
        return worker.models().stream().collect(Collectors.toMap(Description.Model::name, Description.Model::allowed));
    }
}
