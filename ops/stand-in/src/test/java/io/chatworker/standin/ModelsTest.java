package io.chatworker.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ModelsTest {

    private static final StandInSettings ANY = StandInSettings.forTests();
    private static final StandInSettings TWO =
            new StandInSettings("127.0.0.1", 0, 0, List.of("llama3.2", "qwen3:4b"), true);

    @Test
    void listsTheDefaultModelWhenToldNone() throws Exception {
        try (var standIn = StandIn.start(ANY)) {
            var model = Client.of(standIn).json("GET", "/api/tags", "").at("/models/0");

            assertThat(model.path("name").asString()).isEqualTo("qwen2.5:3b-instruct");
            assertThat(model.path("model").asString()).isEqualTo("qwen2.5:3b-instruct");
            assertThat(model.at("/details/format").asString()).isEqualTo("gguf");
        }
    }

    @Test
    void listsTheModelsItWasToldWithTheirTags() throws Exception {
        try (var standIn = StandIn.start(TWO)) {
            for (var path : List.of("/api/tags", "/api/ps")) {
                var models = Client.of(standIn).json("GET", path, "").path("models");
                assertThat(models.valueStream().map(model -> model.path("name").asString()))
                        .containsExactly("llama3.2:latest", "qwen3:4b");
            }
        }
    }

    @Test
    void showTellsArchitectureAndContextLength() throws Exception {
        try (var standIn = StandIn.start(ANY)) {
            var info = show(standIn, "whatever").path("model_info");

            var architecture = info.path("general.architecture").asString();
            assertThat(info.path(architecture + ".context_length").asInt()).isEqualTo(32768);
        }
    }

    @Test
    void showGivesEveryModelWhatChatNeedsButThoseRecordedWithoutIt() throws Exception {
        try (var standIn = StandIn.start(ANY)) {
            assertThat(capabilities(standIn, "whatever")).isEqualTo("[\"completion\",\"tools\",\"thinking\"]");
            assertThat(capabilities(standIn, "tool-call")).isEqualTo("[\"completion\",\"tools\",\"thinking\"]");
            assertThat(capabilities(standIn, "tools-unsupported:latest")).isEqualTo("[\"completion\"]");
            assertThat(capabilities(standIn, "think-unsupported")).isEqualTo("[\"completion\"]");
            assertThat(capabilities(standIn, "image-unsupported")).isEqualTo("[\"completion\"]");
        }
    }

    @Test
    void showKnowsOnlyListedModelsAndExchangesWhenThereIsAList() throws Exception {
        try (var standIn = StandIn.start(TWO)) {
            assertThat(show(standIn, "other").toString()).isEqualTo("{\"error\":\"model 'other' not found\"}");
            assertThat(show(standIn, "model-not-found").has("error")).isTrue();
            assertThat(show(standIn, "LLAMA3.2:latest").has("error")).isFalse();
            assertThat(show(standIn, "thinking").has("error")).isFalse();
        }
    }

    @Test
    void showRefusesABodyWithoutAModel() throws Exception {
        try (var standIn = StandIn.start(ANY)) {
            assertThat(Client.of(standIn).send("POST", "/api/show", "{}").body())
                    .contains("model is required");
            assertThat(Client.of(standIn).send("POST", "/api/show", "{").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void pullFindsWhatItHasAndFetchesNothing() throws Exception {
        try (var standIn = StandIn.start(TWO)) {
            var pulled = pull(standIn, "{\"model\":\"qwen3:4b\"}");

            assertThat(pulled.statusCode()).isEqualTo(200);
            assertThat(pulled.headers().firstValue("Content-Type")).contains("application/x-ndjson");
            assertThat(pulled.body()).isEqualTo("""
                    {"status":"pulling manifest"}
                    {"status":"verifying sha256 digest"}
                    {"status":"writing manifest"}
                    {"status":"success"}
                    """);
            assertThat(pull(standIn, "{\"name\":\"qwen3:4b\",\"stream\":false}").body())
                    .isEqualTo("{\"status\":\"success\"}");
        }
    }

    /** Ollama has sent its first line by then, so the status is 200. */
    @Test
    void pullRefusesOtherModelsInMidStream() throws Exception {
        try (var standIn = StandIn.start(TWO)) {
            var pulled = pull(standIn, "{\"model\":\"other\"}");

            assertThat(pulled.statusCode()).isEqualTo(200);
            assertThat(pulled.body()).isEqualTo("""
                    {"status":"pulling manifest"}
                    {"error":"pull model manifest: file does not exist"}
                    """);
            var whole = pull(standIn, "{\"model\":\"other\",\"stream\":false}");
            assertThat(whole.statusCode()).isEqualTo(500);
            assertThat(whole.body()).isEqualTo("{\"error\":\"pull model manifest: file does not exist\"}");
        }
    }

    @Test
    void pullRefusesABodyWithoutAModel() throws Exception {
        try (var standIn = StandIn.start(ANY)) {
            assertThat(pull(standIn, "{}").statusCode()).isEqualTo(400);
            assertThat(pull(standIn, "{}").body()).isEqualTo("{\"error\":\"invalid model name\"}");
            assertThat(pull(standIn, "{").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void strictlyChatTooKnowsOnlyListedModels() throws Exception {
        try (var standIn = StandIn.start(TWO)) {
            var client = Client.of(standIn);

            assertThat(client.ask("other").statusCode()).isEqualTo(404);
            assertThat(client.ask("other").body()).isEqualTo("{\"error\":\"model 'other' not found\"}");
            assertThat(client.ask("qwen3:4b").statusCode()).isEqualTo(200);
            assertThat(client.ask("unicode").statusCode()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> pull(StandIn standIn, String body) throws Exception {
        return Client.of(standIn).send("POST", "/api/pull", body);
    }

    private static JsonNode show(StandIn standIn, String model) throws Exception {
        return Client.of(standIn)
                .json("POST", "/api/show", Json.write(Json.object().put("model", model)));
    }

    private static String capabilities(StandIn standIn, String model) throws Exception {
        return show(standIn, model).path("capabilities").toString();
    }
}
