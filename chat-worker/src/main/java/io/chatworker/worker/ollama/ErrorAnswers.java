package io.chatworker.worker.ollama;

import static io.chatworker.contracts.ErrorCode.CONTEXT_LENGTH_EXCEEDED;
import static io.chatworker.contracts.ErrorCode.MODEL_NOT_FOUND;
import static io.chatworker.contracts.ErrorCode.OLLAMA_BUSY;
import static io.chatworker.contracts.ErrorCode.OLLAMA_ERROR;
import static io.chatworker.contracts.ErrorCode.OLLAMA_REJECTED;
import static io.chatworker.contracts.ErrorCode.UNSUPPORTED_BY_MODEL;

import io.chatworker.worker.ollama.OllamaFailure.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sorts every answer of Ollama that is not a stream: one pure function from status and body to a failure.
 *
 * <p>Ollama's status alone does not tell: it answers 500 to a wrong option type (no retry will help) and to a runner
 * that ran out of memory (one may). The texts are those of its versions 0.4 to 0.33.
 */
final class ErrorAnswers {

    private static final List<String> NO_IMAGES = List.of(
            "does not support multimodal",
            "image input is not supported",
            "does not support image input",
            "missing data required for image input");
    private static final List<String> CONTEXT = List.of(
            "exceeds the available context size",
            "exceed_context_size_error",
            "input length exceeds the context length",
            "longer than the context length",
            "exceeds the model's maximum context length");
    private static final List<String> PERMANENT_500 =
            List.of("must be of type", "invalid format", "template", "jinja", "Jinja", "a single image", "one image");
    private static final Pattern SUPPORT = Pattern.compile("does not support (thinking|tools|vision)");
    private static final Pattern CONTEXT_NUMBERS =
            Pattern.compile("\\((\\d{1,9}) tokens\\) exceeds the .{1,40} \\((\\d{1,9}) tokens\\)");

    private ErrorAnswers() {}

    /**
     * The failure that an HTTP answer is.
     *
     * @param status anything but a 200 with a stream
     * @param retryAfter the header in seconds, where there was one
     */
    static OllamaFailure of(int status, ErrorBody body, String model, @Nullable Duration retryAfter) {
        String text = body.text();
        return switch (status) {
            case 401, 403 -> {
                String closed = "Ollama's door is closed to this worker (" + status + "): ";
                String remedy = "check OLLAMA_HOST and OLLAMA_API_KEY";
                yield OllamaFailure.unreachable(closed + (text.isEmpty() ? remedy : text), closed + remedy, false);
            }
            case 404 -> notFound(body, model);
            case 429 ->
                new OllamaFailure(
                        Kind.TRANSIENT, OLLAMA_BUSY, quote(status, text), Map.of("status", status), retryAfter);
            case 502, 504 -> away(status, text);
            case 503 ->
                body.ollamas()
                        ? new OllamaFailure(
                                Kind.TRANSIENT, OLLAMA_BUSY, quote(status, text), Map.of("status", status), retryAfter)
                        : away(status, text);
            default -> byText(status, body, retryAfter);
        };
    }

    private static OllamaFailure away(int status, String text) {
        return OllamaFailure.unreachable(quote(status, text), "Ollama, or a proxy before it, answered " + status, true);
    }

    private static OllamaFailure notFound(ErrorBody body, String model) {
        if (!body.ollamas()) {
            return rejected(404, body.text());
        }
        return OllamaFailure.forGood(
                MODEL_NOT_FOUND,
                "Ollama does not have the model '" + model + "': run 'ollama pull " + model + "' where Ollama runs",
                Map.of("model", model, "pull", "ollama pull " + model));
    }

    private static OllamaFailure byText(int status, ErrorBody body, @Nullable Duration retryAfter) {
        String text = body.text();
        if (containsAny(text, CONTEXT) || body.isContextError()) {
            return OllamaFailure.forGood(CONTEXT_LENGTH_EXCEEDED, quote(status, text), contextNumbers(body));
        }
        if (containsAny(text, NO_IMAGES)) {
            return unsupported("vision", text);
        }
        Matcher support = SUPPORT.matcher(text);
        if (status < 500 && support.find()) {
            return unsupported(support.group(1), text);
        }
        if (status < 500 || status == 501 || containsAny(text, PERMANENT_500)) {
            return rejected(status, text);
        }
        return new OllamaFailure(
                Kind.TRANSIENT, OLLAMA_ERROR, quote(status, text), Map.of("status", status), retryAfter);
    }

    private static Map<String, Object> contextNumbers(ErrorBody body) {
        Map<String, Object> numbers = new LinkedHashMap<>(body.contextNumbers());
        Matcher matcher = CONTEXT_NUMBERS.matcher(body.text());
        if (numbers.isEmpty() && matcher.find()) {
            numbers.put("prompt_tokens", Integer.parseInt(matcher.group(1)));
            numbers.put("context_length", Integer.parseInt(matcher.group(2)));
        }
        return numbers;
    }

    private static OllamaFailure unsupported(String capability, String text) {
        return OllamaFailure.forGood(UNSUPPORTED_BY_MODEL, quote(400, text), Map.of("capability", capability));
    }

    private static OllamaFailure rejected(int status, String text) {
        return OllamaFailure.forGood(OLLAMA_REJECTED, quote(status, text), Map.of("status", status));
    }

    private static boolean containsAny(String text, List<String> parts) {
        return parts.stream().anyMatch(text::contains);
    }

    private static String quote(int status, String text) {
        return text.isEmpty() ? "Ollama answered " + status + " without a reason" : "Ollama: " + text;
    }
}
