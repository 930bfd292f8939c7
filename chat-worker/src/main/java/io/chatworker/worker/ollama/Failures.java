package io.chatworker.worker.ollama;

import static io.chatworker.contracts.ErrorCode.CONTEXT_LENGTH_EXCEEDED;
import static io.chatworker.contracts.ErrorCode.MODEL_NOT_FOUND;
import static io.chatworker.contracts.ErrorCode.OLLAMA_BUSY;
import static io.chatworker.contracts.ErrorCode.OLLAMA_ERROR;
import static io.chatworker.contracts.ErrorCode.OLLAMA_REJECTED;
import static io.chatworker.contracts.ErrorCode.UNSUPPORTED_BY_MODEL;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.ollama.OllamaFailure.Ollama;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which failure an answer is: one pure function of who answered, with what status and words, and whether the probe finds
 * Ollama.
 *
 * <p>Ollama's status alone does not tell: it answers 500 to a wrong option type (no retry will help) and to a runner
 * that ran out of memory (one may). What something else answered is this request's affair only while Ollama is there.
 */
final class Failures {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final ErrorAnswer answer;
    private final String model;

    private Failures(ErrorAnswer answer, String model) {
        this.answer = answer;
        this.model = model;
    }

    /** The failure that an answer is; {@code found} counts only where it is not Ollama's own. */
    static OllamaFailure of(ErrorAnswer answer, Finding.State found, String model) {
        Failures failures = new Failures(answer, model);
        if (answer.isOllamas()) {
            return failures.ofOllama().when(Ollama.ANSWERED);
        }
        return found == Finding.State.FOUND
                ? failures.ofAnother().when(Ollama.FOUND)
                : OllamaFailure.unreachable(failures.quote()).because(failures.reason());
    }

    private OllamaFailure ofOllama() {
        int status = answer.status();
        return switch (status) {
            case 401, 403 -> rejected();
            case 404 -> notFound();
            case 429, 503 -> busy(OLLAMA_BUSY);
            default -> byWords();
        };
    }

    private OllamaFailure ofAnother() {
        int status = answer.status();
        return switch (status) {
            case 408 -> mayPass(OLLAMA_ERROR);
            case 429 -> busy(OLLAMA_BUSY);
            case 503 -> busy(OLLAMA_ERROR);
            default -> status >= 300 && status <= 499 ? rejected() : mayPass(OLLAMA_ERROR);
        };
    }

    private OllamaFailure byWords() {
        int status = answer.status();
        ErrorWords words = answer.body().words();
        if (words.tellContextExceeded()) {
            return OllamaFailure.forGood(CONTEXT_LENGTH_EXCEEDED, quote(), words.contextNumbers());
        }
        String capability = words.unsupported();
        if (capability != null) {
            return OllamaFailure.forGood(UNSUPPORTED_BY_MODEL, quote(), Map.of("capability", capability));
        }
        boolean lasts = status != 408 && (status < 500 || status == 501 || words.tellLastingFault());
        return lasts ? rejected() : mayPass(OLLAMA_ERROR);
    }

    private OllamaFailure notFound() {
        return OllamaFailure.forGood(
                MODEL_NOT_FOUND,
                "Ollama does not have the model '" + model + "': run 'ollama pull " + model + "' where Ollama runs",
                Map.of("model", model, "pull", "ollama pull " + model));
    }

    private OllamaFailure rejected() {
        return OllamaFailure.forGood(OLLAMA_REJECTED, quote(), status()).because(reason());
    }

    private OllamaFailure mayPass(ErrorCode code) {
        Duration wait = answer.retryAfter();
        return OllamaFailure.mayPass(
                        code,
                        quote(),
                        status(),
                        wait == null || wait.compareTo(LONGEST_WAIT) <= 0 ? wait : LONGEST_WAIT)
                .because(reason());
    }

    /** For a wait that is too long no place is kept: the request ends, and says when to come back. */
    private OllamaFailure busy(ErrorCode code) {
        Duration wait = answer.retryAfter();
        if (wait == null || wait.compareTo(LONGEST_WAIT) <= 0) {
            return mayPass(code);
        }
        Map<String, Object> details = new LinkedHashMap<>(status());
        details.put("retry_after_ms", wait.toMillis());
        return OllamaFailure.forGood(OLLAMA_BUSY, quote(), details).because(reason());
    }

    private Map<String, Object> status() {
        return Map.of("status", answer.status());
    }

    /** For the requester. */
    private String quote() {
        String text = answer.body().text();
        if (answer.isOllamas() && !ErrorAnswer.isClosedDoor(answer.status())) {
            return text.isEmpty() ? "Ollama answered " + answer.status() + " without a reason" : "Ollama: " + text;
        }
        return text.isEmpty() ? reason() : reason() + ": " + text;
    }

    /** For logs and health. */
    private String reason() {
        int status = answer.status();
        String who = answer.isOllamas() ? "Ollama" : "something between the worker and Ollama";
        String remedy = status == 401 || status == 403
                ? " (check OLLAMA_HOST, OLLAMA_API_KEY and OLLAMA_HEADERS)"
                : answer.advice();
        return who + " answered " + status + remedy;
    }
}
