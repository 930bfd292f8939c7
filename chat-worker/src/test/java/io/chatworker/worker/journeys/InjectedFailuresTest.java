package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures in every form a body of Ollama's, its runner's or a proxy's may have, as far as none was recorded. */
class InjectedFailuresTest {

    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String HTML = "text/html";
    private static final String LINES = "application/x-ndjson";
    private static final String CONTEXT = "{\"error\":{\"code\":400,\"message\":\"request (4390 tokens) exceeds the"
            + " available context size (4096 tokens), try increasing it\",\"type\":\"exceed_context_size_error\","
            + "\"n_prompt_tokens\":4390,\"n_ctx\":4096}}";
    private static final String TEMPLATE =
            "{\"error\":{\"code\":500,\"message\":\"Failed to apply chat template\",\"type\":\"server_error\"}}";

    @RegisterExtension
    static final Installation installation = new Installation();

    @BeforeAll
    static void startWorker() {
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1", "CHAT_BREAKER", "1000");
    }

    static List<Arguments> answers() {
        return List.of(
                answer(400, JSON, inner(CONTEXT), "context_length_exceeded", "4390 tokens"),
                answer(400, "", "", "ollama_rejected", "400"),
                answer(500, JSON, inner(TEMPLATE), "ollama_rejected", "Failed to apply chat template"),
                answer(500, JSON, "{\"error\":{\"message\":\"an object\"}}", "ollama_error", "an object"),
                answer(500, JSON, inner("{\"error\":"), "ollama_error", "{\"error\":"),
                answer(500, "", "", "ollama_error", "500"),
                answer(500, HTML, "<html>\n<h1>Oops</h1>\n</html>", "ollama_error", "<h1>Oops</h1>"),
                answer(500, TEXT, "out of memory", "ollama_error", "out of memory"),
                answer(404, TEXT, "404 page not found", "ollama_rejected", "404 page not found"),
                answer(405, TEXT, "405 method not allowed", "ollama_rejected", "405 method not allowed"),
                answer(413, HTML, "<html>too large</html>", "ollama_rejected", "too large"),
                answer(501, JSON, inner("{\"error\":{\"message\":\"no chat\"}}"), "ollama_rejected", "no chat"),
                answer(302, HTML, "<a>elsewhere</a>", "ollama_rejected", "elsewhere"),
                answer(429, "", "", "ollama_busy", "429"),
                answer(429, TEXT, "slow down", "ollama_busy", "slow down"),
                answer(503, JSON, inner("{\"error\":{\"message\":\"Loading model\"}}"), "ollama_busy", "Loading model"),
                // What began as an answer.
                answer(200, LINES, "", "stream_truncated", "ended before it was done"),
                answer(200, HTML, "<html>\n<h1>Sign in</h1>\n</html>\n", "ollama_error", "<h1>Sign in</h1>"),
                answer(200, LINES, "{\"error\":\"boom\"}", "stream_error", "boom"),
                answer(200, LINES, inner("{\"error\":{\"message\":\"inner\"}}") + "\n", "stream_error", "inner"),
                answer(200, LINES, "{\"StatusCode\":429,\"error\":\"limit\"}", "stream_error", "limit"));
    }

    private static Arguments answer(int status, String type, String body, String code, String words) {
        return Arguments.of(status, type, body, code, words);
    }

    /** The runner's JSON, as text in Ollama's. */
    private static String inner(String runners) {
        return "{\"error\":" + Json.quoted(runners) + "}";
    }

    @ParameterizedTest
    @MethodSource("answers")
    void aBodyOfAnyFormIsUnderstoodAndQuoted(int status, String type, String body, String code, String words) {
        installation.ollama().answers(ScriptedAnswer.status(status, type, body));

        String id = installation.ask("Hi");

        Event failed = installation.events().awaitFailed(id, code);
        assertThat(failed.text("/error/message")).contains(words).doesNotContain("\n");
        assertThat(installation
                        .awaitKept(ErrorCode.of(code))
                        .getProps()
                        .getHeaders()
                        .get("x-failure-code"))
                .hasToString(code);
    }
}
