package io.chatworker.worker.ollama;

import static io.chatworker.contracts.ErrorCode.CONTEXT_LENGTH_EXCEEDED;
import static io.chatworker.contracts.ErrorCode.MODEL_NOT_FOUND;
import static io.chatworker.contracts.ErrorCode.OLLAMA_BUSY;
import static io.chatworker.contracts.ErrorCode.OLLAMA_ERROR;
import static io.chatworker.contracts.ErrorCode.OLLAMA_REJECTED;
import static io.chatworker.contracts.ErrorCode.OLLAMA_UNAVAILABLE;
import static io.chatworker.contracts.ErrorCode.UNSUPPORTED_BY_MODEL;
import static io.chatworker.worker.ollama.Finding.State.BLIND;
import static io.chatworker.worker.ollama.Finding.State.FOUND;
import static io.chatworker.worker.ollama.Finding.State.NOT_FOUND;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.FOR_GOOD;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.TRANSIENT;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer that is no stream: who gave it, what helps against it, and whom it counts against. */
class FailuresTest {

    /** One answer, and the row of the contract that it is while the probe finds Ollama. */
    record Row(
            int status,
            String body,
            boolean isOllamas,
            OllamaFailure.Kind kind,
            ErrorCode code,
            boolean counts,
            Map<String, Object> details) {

        @Override
        public String toString() {
            return status + " " + body;
        }
    }

    private static Row ollamas(
            int status, String body, OllamaFailure.Kind kind, ErrorCode code, Map<String, Object> details) {
        return new Row(status, body, true, kind, code, kind == TRANSIENT, details);
    }

    private static Row rejected(int status, String body) {
        return ollamas(status, body, FOR_GOOD, OLLAMA_REJECTED, Map.of("status", status));
    }

    private static Row unsupported(int status, String body, String capability) {
        return ollamas(status, body, FOR_GOOD, UNSUPPORTED_BY_MODEL, Map.of("capability", capability));
    }

    private static Row notFound(String body) {
        return ollamas(404, body, FOR_GOOD, MODEL_NOT_FOUND, Map.of("model", "m:1", "pull", "ollama pull m:1"));
    }

    private static Row context(int status, String body, Map<String, Object> numbers) {
        return ollamas(status, body, FOR_GOOD, CONTEXT_LENGTH_EXCEEDED, numbers);
    }

    private static Row busy(int status, String body) {
        return ollamas(status, body, TRANSIENT, OLLAMA_BUSY, Map.of("status", status));
    }

    private static Row mayPass(int status, String body) {
        return ollamas(status, body, TRANSIENT, OLLAMA_ERROR, Map.of("status", status));
    }

    /** The door is closed to this worker or this model. */
    private static Row closed(int status, String body) {
        return new Row(status, body, true, FOR_GOOD, OLLAMA_REJECTED, true, Map.of("status", status));
    }

    private static Row anothers(int status, String body, OllamaFailure.Kind kind, ErrorCode code) {
        boolean counts =
                kind == TRANSIENT || Set.of(301, 302, 303, 307, 308, 401, 403).contains(status);
        return new Row(status, body, false, kind, code, counts, Map.of("status", status));
    }

    private static String error(String text) {
        return "{\"error\":\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
    }

    /** The runner's own JSON inside Ollama's, as text. */
    private static String runners(int code, String message, String type) {
        return "{\"error\":\"{\\\"error\\\":{\\\"code\\\":" + code + ",\\\"message\\\":\\\"" + message
                + "\\\",\\\"type\\\":\\\"" + type + "\\\"}}\"}";
    }

    private static final String RUNNERS_CONTEXT = runners(
            400,
            "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
            "exceed_context_size_error\\\",\\\"n_prompt_tokens\\\":4390,\\\"n_ctx\\\":4096,\\\"x\\\":\\\"");

    static Stream<Row> answers() {
        return Stream.of(
                // 400: the request is at fault.
                rejected(400, error("missing request body")),
                rejected(400, error("model is required")),
                rejected(400, error("invalid model name")),
                rejected(400, error("use either :local or :cloud, not both: \"m:local:cloud\"")),
                rejected(400, error("top_logprobs must be between 0 and 20")),
                rejected(400, error("json: cannot unmarshal string into Go struct field .tool_calls of type object")),
                rejected(400, error("this server cannot run this remote model")),
                rejected(400, error("\"m\" does not support chat")),
                unsupported(400, error("\"m\" does not support thinking"), "thinking"),
                unsupported(400, error("registry.ollama.ai/library/m:latest does not support tools"), "tools"),
                unsupported(400, error("this model does not support image input"), "vision"),
                unsupported(
                        400,
                        runners(
                                400,
                                "Multimodal data provided, but model does not support multimodal requests.",
                                "invalid_request_error"),
                        "vision"),
                unsupported(
                        500,
                        runners(
                                500,
                                "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
                                "server_error"),
                        "vision"),
                unsupported(
                        500,
                        error("Failed to create new sequence: failed to process inputs: "
                                + "this model is missing data required for image input"),
                        "vision"),
                // The context, in the words of each version.
                context(400, RUNNERS_CONTEXT, Map.of("prompt_tokens", 4390, "context_length", 4096)),
                context(
                        400,
                        RUNNERS_CONTEXT.replace("}}\"}", "}}\\nggml_backend: out of memory\"}"),
                        Map.of("prompt_tokens", 4390, "context_length", 4096)),
                context(
                        400,
                        error(
                                "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it"),
                        Map.of("prompt_tokens", 4390, "context_length", 4096)),
                context(
                        400,
                        error("input length (5000 tokens) exceeds the model's maximum context length (4096 tokens)"),
                        Map.of("prompt_tokens", 5000, "context_length", 4096)),
                context(
                        400,
                        error("the prompt is longer than the context length currently available to the model; x"),
                        Map.of()),
                context(400, error("the input length exceeds the context length"), Map.of()),
                context(500, error("the input length exceeds the context length"), Map.of()),
                context(
                        413,
                        error("prompt too long; exceeded max context length by 540451 tokens (ref: 00ad)"),
                        Map.of()),
                // Known words are Ollama's, passed on without their wrapping too.
                context(400, "prompt too long; exceeded max context length by 7 tokens", Map.of()),
                context(
                        400,
                        "{\"message\":\"prompt is too long: 9 tokens > 8 maximum\"}",
                        Map.of("prompt_tokens", 9, "context_length", 8)),
                // The door is closed: an affair of the installation or of one model, never of the request.
                closed(401, "{\"error\":\"unauthorized\",\"signin_url\":\"https://ollama.com/connect?x\"}"),
                closed(403, error("ollama cloud is disabled: remote model is unavailable")),
                closed(403, error("this model requires a subscription")),
                notFound(error("model 'm:1' not found")),
                notFound(error("model \"m:1\" not found, try pulling it first")),
                rejected(405, error("method not allowed")),
                rejected(413, error("request body too large")),
                rejected(418, error("I am a teapot")),
                rejected(499, error("request canceled")),
                // Busy.
                busy(429, error("you have reached your hourly usage limit")),
                busy(429, "{\"StatusCode\":429,\"Status\":\"429 Too Many Requests\",\"error\":\"slow down\"}"),
                busy(503, error("server busy, please try again.  maximum pending requests exceeded")),
                busy(503, error("Server overloaded, please retry shortly (ref: 1)")),
                busy(503, runners(503, "Loading model", "unavailable_error")),
                mayPass(408, error("request timeout")),
                // 500 that may pass.
                mayPass(500, error("llama-server process has terminated: exit status 2: ggml_abort")),
                mayPass(500, error("llama runner process has terminated: signal: killed")),
                mayPass(500, error("llama-server reported out-of-memory during startup: cudaMalloc failed")),
                mayPass(500, error("timed out waiting for llama-server to start - progress 0.99 - ")),
                mayPass(500, error("error starting llama-server: fork/exec: resource temporarily unavailable")),
                mayPass(500, error("unable to load model: this model may be incompatible with your version of Ollama")),
                mayPass(500, error("model requires 12.0 GiB but only 4.0 GiB are available")),
                mayPass(500, error("model requires more system memory (9.0 GiB) than is available (4.1 GiB)")),
                mayPass(
                        500,
                        error("model runner has unexpectedly stopped, this may be due to resource limitations or an "
                                + "internal error, check ollama server logs for details")),
                mayPass(500, error("llama-server process no longer running: 1 ")),
                mayPass(500, error("unexpected server status: llm server loading model")),
                mayPass(500, error("error parsing tool call: raw='{', err=unexpected end of JSON input")),
                // What the model wrote is not Ollama's word.
                mayPass(500, error("error parsing tool call: raw='{\"template\": \"too many tokens', err=EOF")),
                mayPass(500, error("llama runner process has terminated: exit status 2: print_info: chat template")),
                mayPass(505, error("llama runner is odd")),
                // 500 that will not.
                rejected(500, error("option \"temperature\" must be of type float32")),
                rejected(500, error("invalid format: \"yaml\"; expected \"json\" or a valid JSON Schema object")),
                rejected(500, error("template: :3:12: executing \"\" at <.Messages>: can't evaluate field")),
                rejected(500, runners(500, "Jinja Exception: Conversation roles must alternate", "server_error")),
                rejected(500, runners(500, "Failed to apply chat template", "server_error")),
                rejected(500, error("vision model only supports a single image per message")),
                rejected(500, error("this model only supports one image while more than one image requested")),
                rejected(501, runners(501, "This server does not support embeddings", "not_supported_error")),
                rejected(400, error("max_tokens (32000) exceeds model's maximum output tokens (16384)")),
                rejected(501, error("not implemented")));
    }

    /** What something between the worker and Ollama answered, while the probe finds Ollama. */
    static Stream<Row> foreignAnswers() {
        String page = "<html>no, not 'Why?'</html>";
        return Stream.of(
                anothers(200, page, TRANSIENT, OLLAMA_ERROR),
                anothers(204, "", TRANSIENT, OLLAMA_ERROR),
                anothers(301, "", FOR_GOOD, OLLAMA_REJECTED),
                anothers(302, page, FOR_GOOD, OLLAMA_REJECTED),
                anothers(307, error("moved"), FOR_GOOD, OLLAMA_REJECTED),
                anothers(308, "", FOR_GOOD, OLLAMA_REJECTED),
                anothers(400, "", FOR_GOOD, OLLAMA_REJECTED),
                anothers(400, page, FOR_GOOD, OLLAMA_REJECTED),
                anothers(401, "", FOR_GOOD, OLLAMA_REJECTED),
                anothers(403, "", FOR_GOOD, OLLAMA_REJECTED),
                anothers(403, page, FOR_GOOD, OLLAMA_REJECTED),
                anothers(404, "404 page not found", FOR_GOOD, OLLAMA_REJECTED),
                anothers(404, "{\"message\":\"no route\"}", FOR_GOOD, OLLAMA_REJECTED),
                anothers(405, "405 method not allowed", FOR_GOOD, OLLAMA_REJECTED),
                anothers(408, page, TRANSIENT, OLLAMA_ERROR),
                anothers(413, "<html>413 Request Entity Too Large</html>", FOR_GOOD, OLLAMA_REJECTED),
                anothers(418, page, FOR_GOOD, OLLAMA_REJECTED),
                anothers(429, "", TRANSIENT, OLLAMA_BUSY),
                anothers(429, "too many tokens a minute", TRANSIENT, OLLAMA_BUSY),
                anothers(500, "", TRANSIENT, OLLAMA_ERROR),
                anothers(500, "{\"error\":true,\"message\":\"oops\"}", TRANSIENT, OLLAMA_ERROR),
                anothers(501, "", TRANSIENT, OLLAMA_ERROR),
                anothers(502, page, TRANSIENT, OLLAMA_ERROR),
                anothers(502, error("Post \"https://ollama.com:443/api/chat\": dial tcp"), TRANSIENT, OLLAMA_ERROR),
                anothers(503, page, TRANSIENT, OLLAMA_ERROR),
                anothers(503, "{\"message\":\"no upstream\"}", TRANSIENT, OLLAMA_ERROR),
                anothers(504, "", TRANSIENT, OLLAMA_ERROR),
                anothers(504, error("upstream request timeout"), TRANSIENT, OLLAMA_ERROR),
                anothers(520, "", TRANSIENT, OLLAMA_ERROR),
                anothers(524, page, TRANSIENT, OLLAMA_ERROR),
                anothers(530, "error code: 1033", TRANSIENT, OLLAMA_ERROR));
    }

    static Stream<Row> allAnswers() {
        return Stream.concat(answers(), foreignAnswers());
    }

    @ParameterizedTest
    @MethodSource("allAnswers")
    void whileTheProbeFindsOllamaAnAnswerIsThisRequestsAffair(Row row) {
        OllamaFailure failure = failure(row.status, row.body, FOUND);

        assertThat(failure.kind()).isEqualTo(row.kind);
        assertThat(failure.code()).isEqualTo(row.code);
        assertThat(failure.details()).isEqualTo(row.details);
        assertThat(failure.isOllamas()).isEqualTo(row.isOllamas);
        assertThat(failure.countsForBreaker()).isEqualTo(row.counts);
        assertThat(failure.mayBeItsOwnFault()).isTrue();
        assertThat(failure.getMessage()).isNotBlank().doesNotContain("null");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void whatOllamaItselfAnsweredStandsWhateverTheProbeSays(Row row) {
        for (Finding.State found : List.of(BLIND, NOT_FOUND)) {
            OllamaFailure failure = failure(row.status, row.body, found);

            assertThat(failure.kind()).isEqualTo(row.kind);
            assertThat(failure.code()).isEqualTo(row.code);
            assertThat(failure.isOllamas()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("foreignAnswers")
    void whileTheProbeDoesNotFindOllamaWhatAnotherAnsweredIsAnOutage(Row row) {
        for (Finding.State found : List.of(BLIND, NOT_FOUND)) {
            OllamaFailure failure = failure(row.status, row.body, found);

            assertThat(failure.kind()).isEqualTo(UNREACHABLE);
            assertThat(failure.code()).isEqualTo(OLLAMA_UNAVAILABLE);
            assertThat(failure.details()).isEmpty();
            assertThat(failure.countsForBreaker()).isFalse();
            assertThat(failure.mayBeItsOwnFault()).isFalse();
            assertThat(failure.reason()).contains(Integer.toString(row.status));
        }
    }

    /** The codes of what was recorded; the set must be whole. */
    private static final Map<String, ErrorCode> RECORDED = Map.ofEntries(
            Map.entry("body-empty", OLLAMA_REJECTED),
            Map.entry("body-not-json", OLLAMA_REJECTED),
            Map.entry("context-exceeded", CONTEXT_LENGTH_EXCEEDED),
            Map.entry("format-invalid", OLLAMA_REJECTED),
            Map.entry("image-bad-base64", OLLAMA_REJECTED),
            Map.entry("image-unsupported", UNSUPPORTED_BY_MODEL),
            Map.entry("keep-alive-invalid", OLLAMA_REJECTED),
            Map.entry("method-wrong", OLLAMA_REJECTED),
            Map.entry("model-missing", OLLAMA_REJECTED),
            Map.entry("model-name-invalid", OLLAMA_REJECTED),
            Map.entry("model-not-found", MODEL_NOT_FOUND),
            Map.entry("option-wrong-type", OLLAMA_REJECTED),
            Map.entry("path-unknown", OLLAMA_REJECTED),
            Map.entry("think-unsupported", UNSUPPORTED_BY_MODEL),
            Map.entry("tools-unsupported", UNSUPPORTED_BY_MODEL),
            Map.entry("top-logprobs-invalid", OLLAMA_REJECTED),
            Map.entry("0.33/body-not-json", OLLAMA_REJECTED),
            Map.entry("0.33/context-exceeded", CONTEXT_LENGTH_EXCEEDED),
            Map.entry("0.33/format-invalid", OLLAMA_REJECTED),
            Map.entry("0.33/image-unsupported", UNSUPPORTED_BY_MODEL),
            Map.entry("0.33/keep-alive-invalid", OLLAMA_REJECTED),
            Map.entry("0.33/model-not-found", MODEL_NOT_FOUND),
            Map.entry("0.33/option-wrong-type", OLLAMA_REJECTED),
            Map.entry("0.33/think-unsupported", UNSUPPORTED_BY_MODEL),
            Map.entry("0.33/tools-unsupported", UNSUPPORTED_BY_MODEL));

    static List<Recorded> recordedFailures() throws IOException {
        return Recorded.all().stream()
                .filter(exchange -> exchange.status() != 200)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("recordedFailures")
    void everyRecordedErrorFailsForGoodAndIsOllamasUnlessItIsNoJson(Recorded exchange) {
        OllamaFailure failure = failure(exchange.status(), exchange.body(), FOUND);

        assertThat(failure.kind()).isEqualTo(FOR_GOOD);
        assertThat(failure.code()).isEqualTo(RECORDED.get(exchange.name()));
        assertThat(failure.countsForBreaker()).isFalse();
        assertThat(failure.isOllamas()).isEqualTo(exchange.body().startsWith("{\"error\""));
    }

    @Test
    void allThatWasRecordedIsInTheTable() throws IOException {
        assertThat(recordedFailures()).extracting(Recorded::name).hasSameElementsAs(RECORDED.keySet());
    }

    @Test
    void theRecordedContextOf033HasItsNumbers() throws IOException {
        Recorded exceeded = recordedFailures().stream()
                .filter(exchange -> exchange.name().equals("0.33/context-exceeded"))
                .findFirst()
                .orElseThrow();

        assertThat(failure(exceeded.status(), exceeded.body(), FOUND).details())
                .isEqualTo(Map.of("prompt_tokens", 3011, "context_length", 512));
    }

    @ParameterizedTest
    @CsvSource({"429, 7", "503, 7", "429, 60", "503, 60", "500, 7"})
    void whatMayPassKeepsHowLongItAskedToWait(int status, int seconds) {
        Duration wait = Duration.ofSeconds(seconds);

        assertThat(failure(status, error("later"), FOUND, wait).retryAfter()).isEqualTo(wait);
        assertThat(failure(status, "<html>", FOUND, wait).retryAfter()).isEqualTo(wait);
        assertThat(failure(status, error("later"), FOUND, wait).kind()).isEqualTo(TRANSIENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aWaitOfMoreThanAMinuteEndsTheRequestAndSaysHowLong(int status) {
        for (String body : List.of(error("later"), "<html>", "")) {
            OllamaFailure failure = failure(status, body, FOUND, Duration.ofSeconds(61));

            assertThat(failure.kind()).isEqualTo(FOR_GOOD);
            assertThat(failure.code()).isEqualTo(OLLAMA_BUSY);
            assertThat(failure.details()).isEqualTo(Map.of("status", status, "retry_after_ms", 61_000L));
            assertThat(failure.countsForBreaker()).isTrue();
        }
    }

    @Test
    void aLongWaitThatAnErrorAsksForIsCutToAMinute() {
        OllamaFailure failure = failure(500, error("later"), FOUND, Duration.ofHours(1));

        assertThat(failure.kind()).isEqualTo(TRANSIENT);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void aMessageQuotesWhoAnswered() {
        assertThat(failure(500, error("the runner died"), FOUND)).hasMessage("Ollama: the runner died");
        assertThat(failure(500, error(""), FOUND)).hasMessage("Ollama answered 500 without a reason");
        assertThat(failure(404, error("model 'm:1' not found"), FOUND)).hasMessageContaining("ollama pull m:1");
        assertThat(failure(500, "", FOUND)).hasMessage("something between the worker and Ollama answered 500");
        assertThat(failure(502, "<html>bad</html>", FOUND))
                .hasMessage("something between the worker and Ollama answered 502: <html>bad</html>");
        assertThat(failure(401, error("unauthorized"), FOUND)).hasMessageEndingWith("OLLAMA_HEADERS): unauthorized");
    }

    @ParameterizedTest
    @EnumSource(Finding.State.class)
    void theReasonForLogsAndHealthQuotesNothing(Finding.State found) {
        for (int status : new int[] {401, 403, 429, 500, 502, 503, 504}) {
            for (String body : List.of("<html>you asked 'Why?'</html>", error("you asked 'Why?'"))) {
                assertThat(failure(status, body, found).reason())
                        .contains(Integer.toString(status))
                        .doesNotContain("Why?");
            }
        }
    }

    @Test
    void theAdviceForARedirectIsTold() {
        ErrorAnswer redirect = new ErrorAnswer(
                301, ErrorBody.of("", LineParserTest.JSON), ": set OLLAMA_HOST to https://ollama.example", null);

        for (Finding.State found : Finding.State.values()) {
            OllamaFailure failure = Failures.of(redirect, found, "m:1");
            assertThat(failure.reason()).endsWith("answered 301: set OLLAMA_HOST to https://ollama.example");
            assertThat(failure).hasMessageContaining("https://ollama.example");
        }
    }

    private static OllamaFailure failure(int status, String body, Finding.State found) {
        return failure(status, body, found, null);
    }

    private static OllamaFailure failure(int status, String body, Finding.State found, @Nullable Duration retryAfter) {
        return Failures.of(
                new ErrorAnswer(status, ErrorBody.of(body, LineParserTest.JSON), "", retryAfter), found, "m:1");
    }
}
