package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.standin.Exchange;
import io.chatworker.standin.Exchanges;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every failure that was recorded of a real Ollama becomes the failed event it should, and a dead letter. */
class RecordedFailuresTest {

    @RegisterExtension
    static final Installation installation = new Installation();

    private static final Map<String, String> REJECTED = Map.ofEntries(
            Map.entry("body-empty", "400"),
            Map.entry("body-not-json", "400"),
            Map.entry("format-invalid", "500"),
            Map.entry("image-bad-base64", "400"),
            Map.entry("keep-alive-invalid", "400"),
            Map.entry("method-wrong", "405"),
            Map.entry("model-missing", "400"),
            Map.entry("model-name-invalid", "400"),
            Map.entry("option-wrong-type", "500"),
            Map.entry("path-unknown", "404"),
            Map.entry("top-logprobs-invalid", "400"));

    private static final Map<String, String> OTHERS = Map.of(
            "context-exceeded", "context_length_exceeded",
            "image-unsupported", "unsupported_by_model",
            "model-not-found", "model_not_found",
            "think-unsupported", "unsupported_by_model",
            "tools-unsupported", "unsupported_by_model",
            "runner-killed", "stream_error",
            "server-stopped", "stream_truncated");

    @BeforeAll
    static void startWorker() {
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1");
    }

    static Iterable<Map.Entry<String, String>> rejected() {
        return REJECTED.entrySet();
    }

    @Test
    void everyRecordedFailureIsTriedHere() {
        TreeSet<String> tried = new TreeSet<>(REJECTED.keySet());
        tried.addAll(OTHERS.keySet());
        assertThat(Exchanges.all().stream()
                        .filter(exchange -> exchange.request().path().startsWith("/api/chat"))
                        .filter(exchange -> exchange.response().status() != 200
                                || exchange.cut()
                                || exchange.response().body().contains("\"error\"")))
                .extracting(Exchange::name)
                .containsExactlyInAnyOrderElementsOf(tried);
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void whatOllamaRefusesForGoodIsRejectedWithItsStatus(Map.Entry<String, String> recorded) {
        Event failed = failure(recorded.getKey(), "ollama_rejected");

        assertThat(failed.at("/error/details")).isEqualTo(Json.of("{\"status\":" + recorded.getValue() + "}"));
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
        assertThat(failed.body().has("partial")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"image-unsupported, vision", "think-unsupported, thinking", "tools-unsupported, tools"})
    void whatTheModelCanNotDoIsNamed(String name, String capability) {
        Event failed = failure(name, "unsupported_by_model");

        assertThat(failed.at("/error/details")).isEqualTo(Json.of("{\"capability\":\"" + capability + "\"}"));
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
    }

    @Test
    void aModelThatIsNotThereIsNotFound() {
        Event failed = failure("model-not-found", "model_not_found");

        assertThat(failed.at("/retryable").asBoolean()).isFalse();
    }

    @Test
    void aContextThatIsExceededSaysSo() {
        Event failed = failure("context-exceeded", "context_length_exceeded");

        assertThat(failed.at("/retryable").asBoolean()).isFalse();
    }

    /** What was said before the failure counts too. */
    @Law(3)
    @ParameterizedTest
    @CsvSource({"runner-killed, stream_error", "server-stopped, stream_truncated"})
    void aStreamThatBreaksFailsWithWhatItHadSaid(String name, String code) {
        Event failed = failure(name, code);

        assertThat(failed.at("/retryable").asBoolean()).isTrue();
        assertThat(failed.at("/error/details/attempts").asInt()).isEqualTo(1);
        assertThat(failed.text("/partial/content"))
                .isNotEmpty()
                .isEqualTo(installation.events().joined(failed.requestId(), failed.run(), "content"));
        assertThat(failed.at("/chunks").asInt()).isPositive();
    }

    private static Event failure(String name, String code) {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.recorded(Exchanges.byName(name)));

        String id = installation.send(Ask.message("Hi").with("overflow", "error"));

        Event failed = events.awaitFailed(id, code);
        events.assertGapless(id);
        assertThat(events.of(id, "started")).hasSize(1);
        assertThat(failed.text("/error/message")).isNotBlank();
        GetResponse letter = installation.awaitKept(ErrorCode.of(code));
        assertThat(Json.of(letter.getBody()).path("request_id").asString()).isEqualTo(id);
        assertThat(letter.getProps().getHeaders().get("x-failure-code")).hasToString(code);
        return failed;
    }
}
