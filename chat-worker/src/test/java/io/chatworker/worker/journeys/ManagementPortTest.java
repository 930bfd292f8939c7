package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.observe.Catalogue;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.Scrape;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

        Scrape metrics = worker.scrape();

        assertThat(metrics.sum("chat_requests_received_total")).isEqualTo(6);
        assertThat(metrics.keepsTheLawOfSums()).as(metrics.sums()).isTrue();
        assertThat(metrics.sum("chat_requests_in_flight")).isEqualTo(1);
        assertThat(metrics.sum("chat_requests_total", "outcome=\"completed\"")).isEqualTo(2);
        assertThat(metrics.sum("chat_requests_total", "outcome=\"cancelled\"")).isEqualTo(1);
        assertThat(metrics.sum("chat_requests_total", "code=\"model_not_found\""))
                .isEqualTo(1);
        assertThat(metrics.sum("chat_requests_total", "code=\"invalid_request\""))
                .isEqualTo(1);
        assertThat(metrics.sum("chat_dead_letters_total")).isEqualTo(1);
        assertThat(metrics.sum("chat_dead_letters_total", "code=\"model_not_found\""))
                .isEqualTo(1);
        assertThat(metrics.sum("chat_rejected_total")).isEqualTo(1);
        assertThat(metrics.sum("chat_rejected_total", "code=\"invalid_request\""))
                .isEqualTo(1);
        assertThat(metrics.sum("chat_ollama_retries_total", "code=\"ollama_busy\""))
                .isEqualTo(1);
        assertThat(metrics.sum("chat_holds_total", "reason=\"ollama_busy\"")).isEqualTo(1);
        assertThat(metrics.sum("chat_chunks_published_total")).isEqualTo(3);
        assertThat(metrics.sum("chat_tokens_total", "type=\"output\"", "model=\"m\""))
                .isEqualTo(14);
        assertThat(metrics.sum("gen_ai_client_operation_duration_seconds_count"))
                .isEqualTo(4);
        assertThat(metrics.sum("gen_ai_client_operation_duration_seconds_count", "error_type=\"\""))
                .isEqualTo(2);
        assertThat(metrics.sum("gen_ai_client_token_usage_count", "gen_ai_token_type=\"output\""))
                .isEqualTo(2);
        assertThat(metrics.sum("chat_publish_confirm_seconds_count")).isEqualTo(5);
        assertThat(metrics.sum("chat_broker_connected")).isEqualTo(2);
        assertThat(metrics.sum("chat_ollama_up")).isEqualTo(1);
        assertThat(metrics.sum("chat_concurrency")).isEqualTo(1);
        streaming.countDown();
        events.awaitCompleted(open);
    }

    @Test
    void everyMetricOfTheCatalogueIsThereFromTheStartAndEveryOneThereIsInTheCatalogue() {
        TestWorker worker = installation.startWorker("CHAT_WORKER_NAME", "w1");

        Scrape scrape = worker.scrape();

        assertThat(scrape.names()).containsAll(Catalogue.series());
        assertThat(scrape.names())
                .filteredOn(name -> name.matches("(chat|gen_ai)_.*"))
                .allMatch(Catalogue::has);
        assertThat(scrape.sum("chat_build_info", "contract_version=\"1\"")).isEqualTo(1);
        String namespace = installation.topology().namespace();
        assertThat(scrape.sum(
                        "chat_worker_info",
                        "worker=\"w1\"",
                        "namespace=\"" + namespace + "\"",
                        "queue=\"" + namespace + ".requests\""))
                .isEqualTo(1);
        assertThat(scrape.sum("process_resident_memory_bytes")).isGreaterThan(1e6);
        assertThat(scrape.sum("jvm_memory_used_bytes")).isPositive();
    }

    @Test
    void aPortThatIsTakenStopsTheStartAndSaysWhichSettingHelps() {
        TestWorker first = installation.startWorker();
        String taken = Integer.toString(first.port());

        assertThatThrownBy(() -> installation.beginWorker("MANAGEMENT_PORT", taken))
                .hasStackTraceContaining("MANAGEMENT_PORT " + taken + " cannot be opened");
    }
}
