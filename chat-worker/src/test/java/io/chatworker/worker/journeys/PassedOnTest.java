package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What reaches Ollama of a request, and what a model must be able to do for it. */
class PassedOnTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void aPlainQuestionIsAskedWithTheWorkersDefaultsAndNothingIsLeftToOllama() {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        JsonNode body = asked(Ask.message("Hi"));

        assertThat(body.path("model").asString()).isEqualTo("m");
        assertThat(body.path("stream").asBoolean()).isTrue();
        assertThat(body.path("truncate").asBoolean(true)).isFalse();
        assertThat(body.path("think")).isEqualTo(Json.of("false"));
        assertThat(body.path("options"))
                .isEqualTo(Json.of("{\"temperature\":0.7,\"num_ctx\":4096,\"num_predict\":1024}"));
        assertThat(body.propertyNames())
                .containsExactlyInAnyOrder("model", "messages", "stream", "truncate", "think", "options");
    }

    @Test
    void whatTheRequestSaysIsSentAsItCame() {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("{}"));
        installation.startWorker();
        JsonNode said = Json.of("""
                {"think":"high",
                 "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}],
                 "format":{"type":"object","properties":{"n":{"type":"number","minimum":1.50}}},
                 "keep_alive":"1h30m","logprobs":true,"top_logprobs":3}""");
        Ask ask = Ask.message("Hi").with("options", Json.of("{\"seed\":7,\"temperature\":0.0,\"mirostat\":2}"));
        said.properties().forEach(entry -> ask.with(entry.getKey(), entry.getValue()));

        JsonNode body = asked(ask);

        said.properties().forEach(entry -> assertThat(body.path(entry.getKey())).isEqualTo(entry.getValue()));
        assertThat(body.path("options"))
                .isEqualTo(Json.of(
                        "{\"temperature\":0.0,\"num_ctx\":4096,\"num_predict\":1024,\"seed\":7,\"mirostat\":2}"));
    }

    /** Numbers are seconds, texts are Go's durations; {@code "300"} is neither, and Ollama would answer 400. */
    @Test
    void aKeepAliveThatOllamaTakesIsSentAsItCame() {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        for (String keepAlive :
                List.of("300", "-1", "0", "1.5", "\"5m\"", "\"-1m\"", "\"0\"", "\"1h30m\"", "\"1.5s\"", "\"100ms\"")) {
            assertThat(asked(Ask.message("Hi").with("keep_alive", Json.of(keepAlive)))
                            .path("keep_alive"))
                    .isEqualTo(Json.of(keepAlive));
        }
    }

    @Test
    void maximaHoldOverTheRequestAndTheWorkersOwnDefaults() {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_MAX_NUM_CTX", "2048", "CHAT_MAX_NUM_PREDICT", "100", "CHAT_TEMPERATURE", "0.1");

        assertThat(asked(Ask.message("Hi")).path("options"))
                .isEqualTo(Json.of("{\"temperature\":0.1,\"num_ctx\":2048,\"num_predict\":100}"));
        assertThat(asked(Ask.message("Hi").with("options", Json.of("{\"num_ctx\":1000,\"num_predict\":-1}")))
                        .path("options"))
                .isEqualTo(Json.of("{\"temperature\":0.1,\"num_ctx\":1000,\"num_predict\":100}"));
    }

    @Test
    void theContextWindowSaysWhatDecidedIt() {
        installation.ollama().shows("""
                {"capabilities":["completion"],
                 "model_info":{"general.architecture":"a","a.context_length":8192}}""").answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_MAX_NUM_CTX", "16384");

        assertThat(window(Ask.message("Hi"))).isEqualTo("4096 default");
        assertThat(window(Ask.message("Hi").with("options", Json.of("{\"num_ctx\":2048}"))))
                .isEqualTo("2048 request");
        assertThat(window(Ask.message("Hi").with("options", Json.of("{\"num_ctx\":9000}"))))
                .isEqualTo("8192 model");
        assertThat(window(Ask.message("Hi").with("options", Json.of("{\"num_ctx\":99999}"))))
                .isEqualTo("8192 model");
    }

    private String window(Ask ask) {
        JsonNode window =
                installation.events().awaitCompleted(installation.send(ask)).at("/context_window");
        assertThat(window.path("usage_tokens").asInt()).isEqualTo(18);
        return window.path("current_window").asInt() + " "
                + window.path("reason").asString();
    }

    private JsonNode asked(Ask ask) {
        installation.events().awaitCompleted(installation.send(ask));
        return installation.ollama().asked().getLast().body();
    }

    @Test
    void whatAModelCanNotDoIsRefusedBeforeItCostsAGenerationAndTheModelIsLookedUpOnce() {
        RecordedEvents events = installation.events();
        installation.ollama().shows("{\"capabilities\":[\"completion\"]}").answers(ScriptedAnswer.saying("Hello"));
        installation.startWorker();
        JsonNode tools = Json.of("[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]");
        JsonNode image = Json.of("[{\"role\":\"user\",\"content\":\"See\",\"images\":[\"aGk=\"]}]");
        Waits.until(
                "the look at whether the default model is there",
                () -> installation.ollama().shownModels().size() == 1);

        assertThat(refused(Ask.message("Hi").with("think", true), events)).isEqualTo("thinking");
        assertThat(refused(Ask.message("Hi").with("think", "low"), events)).isEqualTo("thinking");
        assertThat(refused(Ask.message("Hi").with("tools", tools), events)).isEqualTo("tools");
        assertThat(refused(Ask.message("Hi").with("messages", image), events)).isEqualTo("vision");
        assertThat(refused(Ask.message("Hi").with("model", "M:latest").with("think", true), events))
                .isEqualTo("thinking");

        assertThat(installation.ollama().asked()).isEmpty();
        events.awaitCompleted(installation.send(Ask.message("Hi").with("think", false)));
        assertThat(installation.ollama().shownModels()).hasSize(2);
    }

    private String refused(Ask ask, RecordedEvents events) {
        Event failed = events.awaitFailed(installation.send(ask), "unsupported_by_model");
        assertThat(events.of(failed.requestId())).hasSize(1);
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
        return failed.text("/error/details/capability");
    }

    @Test
    void whereOllamaTellsNoCapabilitiesTheRequestIsLetThrough() {
        installation.ollama().shows("{\"details\":{}}").answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker();

        assertThat(asked(Ask.message("Hi").with("think", true)).path("think")).isEqualTo(Json.of("true"));
    }

    @Test
    void aThinkingModelIsAskedToThinkWhereTheWorkerSaysSo() {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_THINK", "low");

        assertThat(List.of(asked(Ask.message("Hi")), asked(Ask.message("Hi").with("think", false))))
                .extracting(body -> body.path("think"))
                .containsExactly(Json.of("\"low\""), Json.of("false"));
    }

    @Test
    void onlyAllowedModelsAreAskedAndOneThatIsMissingNamesThePullToRun() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.saying("Hello"), ScriptedAnswer.error(404, "model 'Qwen3:9b' not found"));
        installation.startWorker("CHAT_MODELS_ALLOWED", "m, qwen*");

        Event refused =
                events.awaitFailed(installation.send(Ask.message("Hi").with("model", "llama3.2")), "model_not_allowed");
        events.awaitFailed(installation.send(Ask.message("Hi").with("model", "qwen3:cloud")), "model_not_allowed");
        assertThat(refused.at("/error/details")).isEqualTo(Json.of("{\"model\":\"llama3.2\"}"));
        assertThat(installation.ollama().asked()).isEmpty();

        assertThat(asked(Ask.message("Hi").with("model", "m:latest"))
                        .path("model")
                        .asString())
                .isEqualTo("m:latest");
        Event missing =
                events.awaitFailed(installation.send(Ask.message("Hi").with("model", "Qwen3:9b")), "model_not_found");
        assertThat(missing.at("/error/details"))
                .isEqualTo(Json.of("{\"model\":\"Qwen3:9b\",\"pull\":\"ollama pull Qwen3:9b\"}"));
        assertThat(missing.text("/error/message")).contains("ollama pull Qwen3:9b");
    }
}
