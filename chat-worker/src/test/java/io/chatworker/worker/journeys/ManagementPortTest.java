package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What the management port tells, and that it tells nothing else. */
class ManagementPortTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void healthNamesBothComponentsAndFollowsOllama() {
        TestWorker worker = installation.startWorker();

        JsonNode up = worker.json("/actuator/health");
        assertThat(up.path("status").asString()).isEqualTo("UP");
        assertThat(up.at("/components/rabbit/status").asString()).isEqualTo("UP");
        assertThat(up.at("/components/ollama/status").asString()).isEqualTo("UP");
        assertThat(worker.get("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);

        installation.ollama().isDown(true);
        Waits.until(
                "readiness 503 while Ollama is gone",
                () -> worker.get("/actuator/health/readiness").statusCode() == 503);
        JsonNode down = worker.json("/actuator/health");
        assertThat(down.path("status").asString()).isEqualTo("DOWN");
        assertThat(down.at("/components/rabbit/status").asString()).isEqualTo("UP");
        assertThat(down.at("/components/ollama/status").asString()).isEqualTo("DOWN");
        assertThat(down.at("/components/ollama/details/reason").asString()).contains("502");
        assertThat(worker.get("/actuator/health").statusCode()).isEqualTo(503);
        // Ending this process would not bring Ollama back.
        assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);

        installation.ollama().isDown(false);
        worker.ready();
    }

    @Test
    void infoNamesTheBuildAndTheContract() {
        TestWorker worker = installation.startWorker("CHAT_WORKER_NAME", "w1");

        HttpResponse<String> info = worker.get("/actuator/info");

        assertThat(info.statusCode()).isEqualTo(200);
        assertThat(info.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        assertThat(worker.json("/actuator/info").path("contract_version").asInt())
                .isEqualTo(1);
        assertThat(worker.json("/actuator/info").toString()).contains("w1");
    }

    @Test
    void nothingElseIsServed() {
        TestWorker worker = installation.startWorker();

        for (String path : List.of(
                "/",
                "/actuator/env",
                "/actuator/health/other",
                "/actuator/health%2fliveness",
                "/actuator/prometheus/x",
                "/chat")) {
            assertThat(worker.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void whatWasReceivedIsWhatEndedAndWhatIsInFlight() {
        RecordedEvents events = installation.events();
        CountDownLatch streaming = new CountDownLatch(1);
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.saying("Hello"),
                        ScriptedAnswer.error(404, "model 'm' not found"),
                        ScriptedAnswer.error(503, "busy"),
                        ScriptedAnswer.saying("Hello"),
                        ScriptedAnswer.streaming()
                                .text("Hello")
                                .await(streaming)
                                .done());
        TestWorker worker = installation.startWorker();
        events.awaitCompleted(installation.ask("Hi"));
        events.awaitFailed(installation.ask("Hi"), "model_not_found");
        events.awaitCompleted(installation.ask("Hi"));
        events.awaitCancelled(
                installation.send(Ask.message("Hi").with("deadline", Instant.EPOCH.toString())), "deadline_exceeded");
        installation.publish("", new BasicProperties.Builder().messageId("bad").build(), new byte[0]);
        events.awaitFailed("bad", "invalid_request");
        String open = installation.ask("Hi");
        events.await(open, "chunk");

        String metrics = worker.get("/actuator/prometheus").body();

        assertThat(sum(metrics, "chat_requests_received_total", "")).isEqualTo(6);
        assertThat(sum(metrics, "chat_requests_total", "") + sum(metrics, "chat_requests_in_flight", ""))
                .isEqualTo(6);
        assertThat(sum(metrics, "chat_requests_in_flight", "")).isEqualTo(1);
        assertThat(sum(metrics, "chat_requests_total", "outcome=\"completed\"")).isEqualTo(2);
        assertThat(sum(metrics, "chat_requests_total", "outcome=\"cancelled\"")).isEqualTo(1);
        assertThat(sum(metrics, "chat_requests_total", "code=\"model_not_found\""))
                .isEqualTo(1);
        assertThat(sum(metrics, "chat_requests_total", "code=\"invalid_request\""))
                .isEqualTo(1);
        assertThat(sum(metrics, "chat_dead_letters_total", "")).isEqualTo(1);
        assertThat(sum(metrics, "chat_dead_letters_total", "code=\"model_not_found\""))
                .isEqualTo(1);
        assertThat(sum(metrics, "chat_rejected_total", "")).isEqualTo(1);
        assertThat(sum(metrics, "chat_rejected_total", "code=\"invalid_request\""))
                .isEqualTo(1);
        assertThat(metrics)
                .contains("chat_rejected_total{code=\"context_length_exceeded\"} 0.0")
                .doesNotContain("chat_dead_letters_total{code=\"invalid_request\"}");
        assertThat(sum(metrics, "chat_ollama_retries_total", "code=\"ollama_busy\""))
                .isEqualTo(1);
        assertThat(sum(metrics, "chat_chunks_published_total", "")).isEqualTo(3);
        assertThat(sum(metrics, "chat_tokens_total", "type=\"output\"")).isEqualTo(14);
        assertThat(sum(metrics, "chat_broker_connected", "")).isEqualTo(2);
        assertThat(sum(metrics, "chat_ollama_up", "")).isEqualTo(1);
        assertThat(sum(metrics, "chat_concurrency", "")).isEqualTo(1);
        assertThat(metrics)
                .contains(
                        "chat_queue_wait_seconds_count",
                        "chat_time_to_first_token_seconds_bucket",
                        "chat_duration_seconds_bucket",
                        "chat_ollama_skipped_lines_total 0.0",
                        "chat_events_unroutable_total 0.0",
                        "chat_events_returned_total 0.0",
                        "chat_publish_nacks_total 0.0",
                        "chat_publish_resent_total 0.0",
                        "jvm_memory_used_bytes");
        streaming.countDown();
        events.awaitCompleted(open);
    }

    @Test
    void aPortThatIsTakenStopsTheStartAndSaysWhichSettingHelps() {
        TestWorker first = installation.startWorker();
        String taken = Integer.toString(first.port());

        assertThatThrownBy(() -> installation.beginWorker("MANAGEMENT_PORT", taken))
                .hasStackTraceContaining("MANAGEMENT_PORT " + taken + " cannot be opened");
    }

    private static double sum(String metrics, String name, String label) {
        Matcher lines = Pattern.compile("(?m)^" + name + "(\\{.*?\\})? (\\S+)$").matcher(metrics);
        double sum = 0;
        while (lines.find()) {
            String labels = lines.group(1) == null ? "" : lines.group(1);
            if (labels.contains(label)) {
                sum += Double.parseDouble(lines.group(2));
            }
        }
        return sum;
    }
}
