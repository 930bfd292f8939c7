package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedTool;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A worker that drains while tools are asked. */
class ToolShutdownTest {

    @RegisterExtension
    final Installation installation = new Installation();

    private String ask(String tool) {
        return installation.send(Ask.message("Hi")
                .with("tools", List.of(Map.of("type", "function", "function", Map.of("name", tool))))
                .with("tool_rounds", 1));
    }

    @Law(8)
    @Test
    void waitsForResultsUntilTheEndOfTheDrainAndTheNextDeliveryCallsWithTheSameKey() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(body -> {
            boolean answered = body.path("messages").toString().contains("\"role\":\"tool\"");
            String name = body.at("/tools/0/function/name").asString();
            return answered
                    ? ScriptedAnswer.saying("Done.")
                    : ScriptedAnswer.streaming()
                            .calls("{\"id\":\"c\",\"function\":{\"index\":0,\"name\":\"" + name
                                    + "\",\"arguments\":{}}}")
                            .done();
        });
        installation
                .queues()
                .with(channel -> channel.exchangeDeclare(installation.topology().tools(), "topic", true));
        try (ScriptedTool soon =
                        ScriptedTool.offer(installation.connection(), installation.topology(), "soon", _ -> null);
                ScriptedTool late =
                        ScriptedTool.offer(installation.connection(), installation.topology(), "late", _ -> null)) {
            TestWorker first = installation.startWorker(
                    "CHAT_WORKER_NAME", "first", "CHAT_CONCURRENCY", "2", "CHAT_DRAIN_TIMEOUT", "1s");
            String answered = ask("soon");
            String requeued = ask("late");
            ScriptedTool.Called call = soon.awaitCall(0);
            late.awaitCall(0);

            CompletableFuture<Void> closed = CompletableFuture.runAsync(first::close);
            Waits.until("a worker that drains", () -> !first.isReady());
            soon.answer(call, "{\"content\":1}");

            Event completed = events.awaitCompleted(answered);
            assertThat(completed.text("/message/content")).isEqualTo("Done.");
            Waits.forResult("the end of the first worker", closed);
            events.await(requeued, "waiting");
            installation.startWorker("CHAT_WORKER_NAME", "second");
            late.answer(late.awaitCall(1), "{\"content\":1}");
            Event second = events.awaitCompleted(requeued);
            assertThat(second.text("/worker")).isEqualTo("second");
            assertThat(second.attempt()).isGreaterThan(100);
            assertThat(late.awaitCall(1).body().path("idempotency_key"))
                    .isEqualTo(late.awaitCall(0).body().path("idempotency_key"));
            assertThat(late.awaitCall(1).id()).isNotEqualTo(late.awaitCall(0).id());
        }
    }
}
