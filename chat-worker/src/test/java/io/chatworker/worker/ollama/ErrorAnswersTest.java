package io.chatworker.worker.ollama;

import static io.chatworker.contracts.ErrorCode.CONTEXT_LENGTH_EXCEEDED;
import static io.chatworker.contracts.ErrorCode.MODEL_NOT_FOUND;
import static io.chatworker.contracts.ErrorCode.OLLAMA_BUSY;
import static io.chatworker.contracts.ErrorCode.OLLAMA_ERROR;
import static io.chatworker.contracts.ErrorCode.OLLAMA_REJECTED;
import static io.chatworker.contracts.ErrorCode.OLLAMA_UNAVAILABLE;
import static io.chatworker.contracts.ErrorCode.UNSUPPORTED_BY_MODEL;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.FOR_GOOD;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.TRANSIENT;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.chatworker.contracts.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer of Ollama that is no stream, by what helps against it. */
class ErrorAnswersTest {

    private static final String RUNNERS_CONTEXT = runners(
            400,
            "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
            "exceed_context_size_error\\\",\\\"n_prompt_tokens\\\":4390,\\\"n_ctx\\\":4096,\\\"x\\\":\\\"");

    private static Arguments forGood(int status, String body, ErrorCode code, Map<String, Object> details) {
        return arguments(status, body, FOR_GOOD, code, details);
    }

    private static Arguments rejected(int status, String body) {
        return forGood(status, body, OLLAMA_REJECTED, Map.of("status", status));
    }

    private static Arguments unsupported(int status, String body, String capability) {
        return forGood(status, body, UNSUPPORTED_BY_MODEL, Map.of("capability", capability));
    }

    private static Arguments notFound(String body) {
        return forGood(404, body, MODEL_NOT_FOUND, Map.of("model", "m:1", "pull", "ollama pull m:1"));
    }

    private static Arguments context(int status, String body, Map<String, Object> numbers) {
        return forGood(status, body, CONTEXT_LENGTH_EXCEEDED, numbers);
    }

    private static Arguments busy(int status, String body) {
        return arguments(status, body, TRANSIENT, OLLAMA_BUSY, Map.of("status", status));
    }

    private static Arguments mayPass(int status, String body) {
        return arguments(status, body, TRANSIENT, OLLAMA_ERROR, Map.of("status", status));
    }

    private static Arguments unreachable(int status, String body) {
        return arguments(status, body, UNREACHABLE, OLLAMA_UNAVAILABLE, Map.of());
    }

    private static String error(String text) {
        return "{\"error\":\"" + text.replace("\"", "\\\"") + "\"}";
    }

    /** The runner's own JSON inside Ollama's, as text. */
    private static String runners(int code, String message, String type) {
        return "{\"error\":\"{\\\"error\\\":{\\\"code\\\":" + code + ",\\\"message\\\":\\\"" + message
                + "\\\",\\\"type\\\":\\\"" + type + "\\\"}}\"}";
    }

    static Stream<Arguments> answers() {
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
                rejected(400, ""),
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
                // The door is closed: an affair of the installation, never of the request.
                unreachable(401, "{\"error\":\"unauthorized\",\"signin_url\":\"https://ollama.com/connect?x\"}"),
                unreachable(401, ""),
                unreachable(403, error("ollama cloud is disabled: remote model is unavailable")),
                unreachable(403, ""),
                unreachable(403, "<html>Forbidden</html>"),
                notFound(error("model 'm:1' not found")),
                notFound(error("model \"m:1\" not found, try pulling it first")),
                rejected(404, "404 page not found"),
                rejected(404, "<html>nginx</html>"),
                rejected(405, "405 method not allowed"),
                rejected(413, "<html>413 Request Entity Too Large</html>"),
                rejected(499, error("request canceled")),
                rejected(307, ""),
                // Busy.
                busy(429, error("you have reached your hourly usage limit")),
                busy(429, "{\"StatusCode\":429,\"Status\":\"429 Too Many Requests\",\"error\":\"slow down\"}"),
                busy(429, ""),
                busy(503, error("server busy, please try again.  maximum pending requests exceeded")),
                busy(503, error("Server overloaded, please retry shortly (ref: 1)")),
                busy(503, runners(503, "Loading model", "unavailable_error")),
                unreachable(503, "<html>503 Service Temporarily Unavailable</html>"),
                unreachable(503, "{\"message\":\"no upstream\"}"),
                unreachable(503, ""),
                unreachable(502, error("Post \"https://ollama.com:443/api/chat?ts=1\": dial tcp: lookup ollama.com")),
                unreachable(502, "<html>502 Bad Gateway</html>"),
                unreachable(504, ""),
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
                mayPass(500, ""),
                mayPass(500, "<html>500</html>"),
                mayPass(520, ""),
                // 500 that will not.
                rejected(500, error("option \"temperature\" must be of type float32")),
                rejected(
                        500,
                        error("invalid format: \"\\\"yaml\\\"\"; expected \"json\" or a valid JSON Schema object")),
                rejected(500, error("template: :3:12: executing \"\" at <.Messages>: can't evaluate field")),
                rejected(500, runners(500, "Jinja Exception: Conversation roles must alternate", "server_error")),
                rejected(500, runners(500, "Failed to apply chat template", "server_error")),
                rejected(500, error("vision model only supports a single image per message")),
                rejected(500, error("this model only supports one image while more than one image requested")),
                rejected(501, runners(501, "This server does not support embeddings", "not_supported_error")),
                rejected(501, ""));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("answers")
    void everyAnswerIsSortedByWhatHelps(
            int status, String body, OllamaFailure.Kind kind, ErrorCode code, Map<String, Object> details) {
        OllamaFailure failure = failure(status, body);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.details()).isEqualTo(details);
        assertThat(failure.getMessage()).isNotBlank().doesNotContain("null");
    }

    /** The kinds and codes of what was recorded; the set must be whole. */
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
            Map.entry("top-logprobs-invalid", OLLAMA_REJECTED));

    static List<Recorded> recordedFailures() throws IOException {
        return Recorded.all().stream()
                .filter(exchange -> exchange.status() != 200)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("recordedFailures")
    void everyRecordedErrorFailsForGood(Recorded exchange) {
        OllamaFailure failure = failure(exchange.status(), exchange.body());

        assertThat(failure.kind()).isEqualTo(FOR_GOOD);
        assertThat(failure.code()).isEqualTo(RECORDED.get(exchange.name()));
    }

    @Test
    void allThatWasRecordedIsInTheTable() throws IOException {
        assertThat(recordedFailures()).extracting(Recorded::name).hasSameElementsAs(RECORDED.keySet());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503, 500})
    void whatMayPassKeepsHowLongItAskedToWait(int status) {
        Duration wait = Duration.ofSeconds(7);

        assertThat(ErrorAnswers.of(status, ErrorBody.of(error("later"), LineParserTest.JSON), "m", wait)
                        .retryAfter())
                .isEqualTo(wait);
    }

    @Test
    void aMessageQuotesOllama() {
        assertThat(failure(500, error("the runner died"))).hasMessage("Ollama: the runner died");
        assertThat(failure(500, "")).hasMessage("Ollama answered 500 without a reason");
        assertThat(failure(404, error("model 'm:1' not found"))).hasMessageContaining("ollama pull m:1");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 502, 503, 504})
    void theReasonForLogsAndHealthQuotesNothing(int status) {
        assertThat(failure(status, "<html>you asked 'Why?'</html>").reason())
                .contains(Integer.toString(status))
                .doesNotContain("Why?");
    }

    private static OllamaFailure failure(int status, String body) {
        return ErrorAnswers.of(status, ErrorBody.of(body, LineParserTest.JSON), "m:1", null);
    }
}
