package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The model that requests get by default: missing, pulled, loaded. */
class DefaultModelTest {

    private static final String LOADED = "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\","
            + "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"load\"}";

    private static final String HALF = """
            {"status":"pulling manifest"}
            {"status":"pulling 8eeb52dfb3bb","digest":"sha256:8eeb52dfb3bb","total":4000000000}
            """;
    private static final String REST = """
            {"status":"pulling 8eeb52dfb3bb","digest":"sha256:8eeb52dfb3bb","total":4000000000,"completed":4000000000}
            {"status":"pulling 11ce4ee3e170","digest":"sha256:11ce4ee3e170","total":1741,"completed":1741}
            {"status":"verifying sha256 digest"}
            {"status":"writing manifest"}
            {"status":"success"}
            """;

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void readinessWaitsUntilItIsLoadedWithTheContextThatRequestsAskFor() {
        RecordedEvents events = installation.events();
        CountDownLatch loaded = new CountDownLatch(1);
        ScriptedOllama ollama = installation.ollama();
        ollama.answers(ScriptedAnswer.streaming().await(loaded).raw(LOADED), ScriptedAnswer.saying("Hello"));

        TestWorker worker = installation
                .beginWorker("CHAT_PRELOAD", "true", "CHAT_NUM_CTX", "8192", "CHAT_MAX_NUM_CTX", "2048")
                .connected();
        JsonNode loading = ollama.awaitAsked(0).body();
        awaitOllamaUp(worker);
        assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
        assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(worker.json("/actuator/health").path("reason").stringValue()).isEqualTo("m is being loaded");
        assertThat(toldOfTheModel(worker)).isEqualTo("m is being loaded");

        loaded.countDown();

        worker.ready();
        assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(toldOfTheModel(worker)).isEqualTo("m");
        assertThat(loading).isEqualTo(Json.of("{\"model\":\"m\",\"options\":{\"num_ctx\":2048}}"));
        events.awaitCompleted(installation.ask("Hi"));
        assertThat(ollama.awaitAsked(1).body().at("/options/num_ctx").asInt()).isEqualTo(2048);
    }

    @Test
    void aLoadThatFailsIsToldAndTriedAgain() {
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.error(500, "model requires 12.0 GiB but only 4.0 GiB are available"),
                        ScriptedAnswer.status(200, "application/json", LOADED));
        try (CapturedLog log = new CapturedLog()) {
            installation.startWorker("CHAT_PRELOAD", "true");

            assertThat(log.lines())
                    .contains("WARN the default model m cannot be loaded: Ollama: model requires 12.0 GiB but only"
                            + " 4.0 GiB are available")
                    .contains("INFO m is loaded");
        }
    }

    @Test
    void aMissingModelIsToldInTheLogAndInHealthAndIsNoReasonNotToBeReady() {
        installation.ollama().lacks("m");
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation.startWorker();

            String told = "m is missing: run 'ollama pull m' where Ollama runs, or set CHAT_PULL=true";
            Waits.until(
                    () -> "a warning in " + log.lines(), () -> log.lines().contains("WARN the default model " + told));
            assertThat(toldOfTheModel(worker)).isEqualTo(told);
            assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        }
        assertThat(installation.ollama().pulled()).isEmpty();
    }

    @Test
    void aMissingModelThatNobodyAskedToPullIsNotWaitedForEither() {
        installation.ollama().lacks("m");

        TestWorker worker = installation.startWorker("CHAT_PRELOAD", "true");

        assertThat(toldOfTheModel(worker)).startsWith("m is missing");
        assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    @Test
    void aMissingModelIsPulledWithItsProgressInTheLogAndThenLoaded() {
        ScriptedOllama ollama = installation.ollama().lacks("m");
        CountDownLatch fetched = new CountDownLatch(1);
        ollama.answersPulls(ScriptedAnswer.streaming().raw(HALF).await(fetched).raw(REST));
        ollama.answers(ScriptedAnswer.status(200, "application/json", LOADED));
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation
                    .beginWorker("CHAT_PULL", "true", "CHAT_PRELOAD", "true")
                    .connected();
            Waits.until(
                    "progress in health",
                    () -> toldOfTheModel(worker).equals("m is being pulled: pulling 8eeb52dfb3bb 0 %"));
            assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);

            ollama.has("m");
            fetched.countDown();

            worker.ready();
            assertThat(log.lines())
                    .containsSubsequence(
                            "INFO m is being pulled: pulling manifest",
                            "INFO m is being pulled: pulling 8eeb52dfb3bb 0 %",
                            "INFO m is being pulled: pulling 11ce4ee3e170 100 %",
                            "INFO m is being pulled: verifying sha256 digest",
                            "INFO m is pulled",
                            "INFO m is being loaded",
                            "INFO m is loaded");
            assertThat(toldOfTheModel(worker)).isEqualTo("m");
        }
        assertThat(ollama.pulled())
                .singleElement()
                .satisfies(pull -> assertThat(pull.body()).isEqualTo(Json.of("{\"model\":\"m\"}")));
    }

    /** Ollama tells of a failed pull in its stream, under status 200, or ends without a word of success. */
    @Test
    void aPullThatFailsIsToldOnceAReasonAndTriedAgain() {
        ScriptedOllama ollama = installation.ollama().lacks("m");
        ScriptedAnswer unknown = ScriptedAnswer.streaming()
                .raw("{\"status\":\"pulling manifest\"}\n{\"error\":\"pull model manifest: file does not exist\"}\n");
        CountDownLatch cut = new CountDownLatch(1);
        ollama.answersPulls(
                unknown,
                unknown,
                ScriptedAnswer.streaming().raw(HALF).await(cut).cut());
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation.startWorker("CHAT_PULL", "true");
            Waits.until("a third try", () -> ollama.pulled().size() == 3);
            assertThat(log.lines().stream().filter(line -> line.contains("cannot be pulled")))
                    .containsExactly("WARN the default model m cannot be pulled: Ollama: pull model manifest: file"
                            + " does not exist");
            // It is no reason not to be ready: requests may name another model.
            assertThat(worker.isReady()).isTrue();

            cut.countDown();

            Waits.until(
                    () -> "another warning in " + log.lines(),
                    () -> log.lines().stream()
                                    .filter(line -> line.contains("cannot be pulled"))
                                    .count()
                            == 2);
            assertThat(toldOfTheModel(worker))
                    .startsWith("m cannot be pulled: ")
                    .doesNotContain("null");
        }
    }

    private static void awaitOllamaUp(TestWorker worker) {
        Waits.until(
                "a health that knows Ollama",
                () -> worker.json("/actuator/health")
                        .at("/components/ollama/status")
                        .asString("")
                        .equals("UP"));
    }

    private static String toldOfTheModel(TestWorker worker) {
        return worker.json("/actuator/health")
                .at("/components/ollama/details/model")
                .asString("");
    }
}
