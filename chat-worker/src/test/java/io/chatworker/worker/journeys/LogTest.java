package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.FreePorts;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What the log tells whoever has nothing else. */
class LogTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void theLogTellsTheStartEveryRequestAndAnOutageOfOllamaWithItsLength() {
        RecordedEvents events = installation.events();
        int port = FreePorts.one();
        ScriptedOllama before = new ScriptedOllama(port);
        before.answers(ScriptedAnswer.saying("Hello"), ScriptedAnswer.error(404, "model 'm' not found"));
        try (CapturedLog log = new CapturedLog()) {
            installation.startWorker("OLLAMA_HOST", before.host(), "CHAT_WORKER_NAME", "w1");
            String namespace = installation.topology().namespace();
            assertTold(
                    log,
                    "INFO chat-worker \\S+ \\(\\S+\\) starts as w1: RabbitMQ at amqp://guest@.+, namespace " + namespace
                            + ", queue " + namespace + "\\.requests; Ollama at http://127\\.0\\.0\\.1:" + port
                            + "/, model m, concurrency 1; management port \\d+");
            assertTold(log, "INFO ready .* with RabbitMQ [0-9.]+ \\(connected to .*\\) and Ollama \\S+");

            String answered = installation.send(Ask.message("Hi")
                    .with("conversation_id", "c42")
                    .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));
            events.awaitCompleted(answered);
            assertTold(
                    log,
                    "INFO request " + answered + " completed: conversation_id=c42 model=m agent=general attempt=1"
                            + "( queued_ms=\\d+)? input_tokens=\\d+ output_tokens=\\d+ first_token_ms=\\d+ total_ms=\\d+"
                            + " trace_id=" + TRACE);
            String failed = installation.ask("Hi");
            events.awaitFailed(failed, "model_not_found");
            assertTold(log, "WARN request " + failed + " failed, model_not_found: .*attempt=1 .*total_ms=\\d+");
            installation.awaitDeadLetter();
            String late = installation.send(Ask.message("Hi").with("deadline", Instant.EPOCH.toString()));
            events.awaitCancelled(late, "deadline_exceeded");
            assertTold(log, "INFO request " + late + " cancelled at its deadline: .*");

            before.close();
            assertTold(
                    log,
                    "WARN Ollama at http://127\\.0\\.0\\.1:" + port + "/ is away: no answer at .*; trying again"
                            + " in 1 to 30 s; .*none is lost");
            String held = installation.ask("Hi");
            try (ScriptedOllama after = new ScriptedOllama(port)) {
                after.answersBy(_ -> ScriptedAnswer.saying("Hello"));
                events.awaitCompleted(held);
                assertTold(log, "INFO Ollama at .* is there again after [0-9.]+ s; \\d+ requests were held");
            }
            assertThat(log.lines().stream().filter(line -> line.contains(" is away")))
                    .hasSize(1);
        }
    }

    @Test
    void asJsonEveryLineIsAnObjectAndARequestHasFieldsOfItsOwn() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        try (WorkerProcess worker = WorkerProcess.startWithItsOwnLog(
                installation.variables("LOG_FORMAT", "json", "CHAT_CONCURENCY", "4", "CHAT_WORKER_NAME", "w1"))) {
            worker.ready();
            String id = installation.ask("Hi");
            events.awaitCompleted(id);
            worker.awaitPrinted("request " + id);

            List<JsonNode> lines = worker.output().stream().map(Json::of).toList();
            assertThat(lines).allSatisfy(line -> {
                assertThat(line.path("@timestamp").asString()).isNotEmpty();
                assertThat(line.at("/service/name").asString()).isEqualTo("chat-worker");
            });
            assertThat(lines)
                    .anySatisfy(line -> assertThat(line.path("message").asString())
                            .isEqualTo("CHAT_CONCURENCY is no setting of the worker and has no effect; the nearest is"
                                    + " CHAT_CONCURRENCY"));
            JsonNode request = lines.stream()
                    .filter(line -> line.path("message").asString().startsWith("request "))
                    .findFirst()
                    .orElseThrow();
            assertThat(request.path("request_id").asString()).isEqualTo(id);
            assertThat(request.path("outcome").asString()).isEqualTo("completed");
            assertThat(request.path("model").asString()).isEqualTo("m");
            assertThat(request.path("total_ms").isNumber()).isTrue();
        }
    }

    private static void assertTold(CapturedLog log, String pattern) {
        Waits.until(
                () -> "'" + pattern + "' in the log, which has " + log.lines(),
                () -> log.lines().stream().anyMatch(line -> line.matches(pattern)));
    }
}
