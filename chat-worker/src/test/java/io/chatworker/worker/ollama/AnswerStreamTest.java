package io.chatworker.worker.ollama;

import static io.chatworker.contracts.ErrorCode.CONTEXT_LENGTH_EXCEEDED;
import static io.chatworker.contracts.ErrorCode.OLLAMA_ERROR;
import static io.chatworker.contracts.ErrorCode.STREAM_ERROR;
import static io.chatworker.contracts.ErrorCode.STREAM_STALLED;
import static io.chatworker.contracts.ErrorCode.STREAM_TRUNCATED;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.FOR_GOOD;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.TRANSIENT;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.UNREACHABLE;
import static io.chatworker.worker.ollama.RawOllama.STREAM;
import static io.chatworker.worker.ollama.RawOllama.chunk;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Map;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that began, and the ways in which it ends. */
@Timeout(20)
class AnswerStreamTest {

    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String A = "{\"message\":{\"content\":\"a\"},\"done\":false}\n";
    private static final String DONE = "{\"message\":{\"content\":\"z\"},\"done\":true,\"eval_count\":2}\n";

    @Test
    void linesComeInOrderAndTheLastIsDone() throws Exception {
        try (RawOllama ollama =
                        new RawOllama(STREAM, chunk(A + "\r\n" + A.substring(0, 9)), chunk(A.substring(9) + DONE));
                OllamaClient client = Prompts.client(Prompts.patient(ollama.url()));
                AnswerStream stream = open(client)) {
            assertThat(stream.next().content()).isEqualTo("a");
            assertThat(stream.next()).isEqualTo(AnswerLine.NOTHING);
            assertThat(stream.next().content()).isEqualTo("a");
            AnswerLine last = stream.next();

            assertThat(last.content()).isEqualTo("z");
            assertThat(last.done()).isEqualTo(new AnswerLine.Done(null, 0, 0, 0, 2, 0));
            assertThat(stream.skippedLines()).isZero();
        }
    }

    @Test
    void aLastLineNeedsNoNewline() throws Exception {
        try (RawOllama ollama = new RawOllama(STREAM, chunk(A + DONE.strip()) + "0\r\n\r\n");
                OllamaClient client = Prompts.client(Prompts.patient(ollama.url()));
                AnswerStream stream = open(client)) {
            assertThat(stream.next().content()).isEqualTo("a");
            assertThat(stream.next().done()).isNotNull();
        }
    }

    @Test
    void linesThatAreNoneOfOllamasAreSkippedAndCounted() throws Exception {
        try (RawOllama ollama = new RawOllama(STREAM, chunk("{\"message\":7}\n" + A + "{\"broken\n\n \t\r\n" + DONE));
                OllamaClient client = Prompts.client(Prompts.patient(ollama.url()));
                AnswerStream stream = open(client)) {
            assertThat(stream.next()).isEqualTo(AnswerLine.NOTHING);
            assertThat(stream.next().content()).isEqualTo("a");
            assertThat(stream.next()).isEqualTo(AnswerLine.NOTHING);
            assertThat(stream.next()).isEqualTo(AnswerLine.NOTHING);
            assertThat(stream.next()).isEqualTo(AnswerLine.NOTHING);
            assertThat(stream.next().done()).isNotNull();
            assertThat(stream.skippedLines()).isEqualTo(2);
        }
    }

    @Test
    void whatIsThereAlreadyIsToldSo() throws Exception {
        try (RawOllama ollama = new RawOllama(STREAM, chunk(A + A + A.substring(0, 5)));
                OllamaClient client = Prompts.client(Prompts.patient(ollama.url()));
                AnswerStream stream = open(client)) {
            stream.next();
            assertThat(stream.hasLineAtHand()).isTrue();
            stream.next();
            assertThat(stream.hasLineAtHand()).isFalse();
        }
    }

    @Test
    void silenceAfterTheHeadersAndBeforeTheFirstTokenIsAStall() throws Exception {
        try (RawOllama ollama = new RawOllama(STREAM, chunk("{\"message\":{\"content\":\"\"}}\n"))) {
            OllamaFailure failure = failureAfter(1, Prompts.settings(ollama.url(), SOON, LONG));

            assertThat(failure.kind()).isEqualTo(TRANSIENT);
            assertThat(failure.code()).isEqualTo(STREAM_STALLED);
            assertThat(failure).hasMessage("Ollama gave no first token for 100 ms");
            assertThat(ollama.hungUp().get(5, SECONDS)).isTrue();
        }
    }

    @Test
    void silenceInMidAnswerIsAStallByTheIdleLimit() throws Exception {
        try (RawOllama ollama = new RawOllama(STREAM, chunk(A), chunk(A.substring(0, 9)))) {
            OllamaFailure failure = failureAfter(1, Prompts.settings(ollama.url(), LONG, SOON));

            assertThat(failure.code()).isEqualTo(STREAM_STALLED);
            assertThat(failure).hasMessage("Ollama fell silent in mid-answer for 100 ms");
            assertThat(ollama.hungUp().get(5, SECONDS)).isTrue();
        }
    }

    @Test
    void aTokenIsMoreThanText() throws Exception {
        String thinking = "{\"message\":{\"thinking\":\"hm\"}}\n";
        try (RawOllama ollama = new RawOllama(STREAM, chunk(thinking))) {
            assertThat(failureAfter(1, Prompts.settings(ollama.url(), LONG, SOON)))
                    .hasMessageContaining("fell silent in mid-answer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"message\":{\"content\":\"a\"}}\n", "{\"done\":false}\n", "{}\n"})
    void aCleanEndWithoutDoneIsTruncated(String body) throws Exception {
        try (RawOllama ollama = new RawOllama(STREAM, body.isEmpty() ? "0\r\n\r\n" : chunk(body) + "0\r\n\r\n")) {
            OllamaFailure failure = failureAfter(body.isEmpty() ? 0 : 1, Prompts.patient(ollama.url()));

            assertThat(failure.kind()).isEqualTo(TRANSIENT);
            assertThat(failure.code()).isEqualTo(STREAM_TRUNCATED);
            assertThat(failure).hasMessage("Ollama's answer ended before it was done");
        }
    }

    @Test
    void aCutBodyIsTruncated() throws Exception {
        try (RawOllama ollama = new RawOllama(STREAM, chunk(A), "40\r\n{\"message", "")) {
            OllamaFailure failure = failureAfter(1, Prompts.patient(ollama.url()));

            assertThat(failure.code()).isEqualTo(STREAM_TRUNCATED);
            assertThat(failure).hasMessage("the connection to Ollama broke before the answer was done");
        }
    }

    @Test
    void anErrorLineIsAFailureWithOrWithoutItsNewline() throws Exception {
        for (String newline : new String[] {"\n", ""}) {
            try (RawOllama ollama =
                    new RawOllama(STREAM, chunk(A), chunk("{\"error\":\"boom\"}" + newline) + "0\r\n\r\n")) {
                OllamaFailure failure = failureAfter(1, Prompts.patient(ollama.url()));

                assertThat(failure.code()).isEqualTo(STREAM_ERROR);
                assertThat(failure).hasMessage("Ollama, in mid-stream: boom");
            }
        }
    }

    @Test
    void aLineOverTheBoundIsAFailureAndNotReadOn() throws Exception {
        String tooLong = "x".repeat((int) LineReader.MAX_LINE_BYTES + 1);
        try (RawOllama ollama = new RawOllama(STREAM, chunk(tooLong))) {
            OllamaFailure failure = failureAfter(0, Prompts.patient(ollama.url()));

            assertThat(failure.code()).isEqualTo(STREAM_ERROR);
            assertThat(failure).hasMessage("Ollama sent a line over 8388608 bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>\n<body>log in</body></html>\n",
                "\n \r\nplease log in",
                "data: {\"message\":{\"content\":\"a\"}}\n\n",
                "[1]\n",
                "{\n \"message\": \"log in\"\n}\n",
                "{} {}\n"
            })
    void aPageIsSomethingElsesAnswerAndTheProbeTellsWhoIsToBlame(String page) throws Exception {
        try (VersionedServer server = new VersionedServer()) {
            server.enqueue(new MockResponse.Builder().body(page).build());
            server.enqueue(new MockResponse.Builder().body(page).build());

            OllamaFailure whileFound = firstFailure(Prompts.patient(server.url()));
            server.versionIs(502, page);
            OllamaFailure whileAway = firstFailure(Prompts.patient(server.url()));

            assertThat(whileFound.kind()).isEqualTo(TRANSIENT);
            assertThat(whileFound.code()).isEqualTo(OLLAMA_ERROR);
            assertThat(whileFound.details()).isEqualTo(Map.of("status", 200));
            assertThat(whileAway.kind()).isEqualTo(UNREACHABLE);
            assertThat(whileAway.reason()).isEqualTo("something between the worker and Ollama answered 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"message\":{\"con", "{"})
    void aFirstLineThatBreaksOffIsTruncatedAndNoPage(String cut) throws Exception {
        try (VersionedServer server = new VersionedServer()) {
            server.enqueue(new MockResponse.Builder().body(cut).build());

            assertThat(firstFailure(Prompts.patient(server.url())).code()).isEqualTo(STREAM_TRUNCATED);
            assertThat(server.probes()).isEqualTo(1);
        }
    }

    @Test
    void aFirstLineMaySayThatThePromptIsTooLong() throws Exception {
        try (VersionedServer server = new VersionedServer()) {
            server.enqueue(new MockResponse.Builder()
                    .body("\n{\"error\":\"{\\\"error\\\":{\\\"type\\\":\\\"exceed_context_size_error\\\","
                            + "\\\"n_prompt_tokens\\\":9,\\\"n_ctx\\\":8}}\"}")
                    .build());
            server.enqueue(new MockResponse.Builder()
                    .body(A + "{\"error\":\"prompt too long; exceeded max context length by 1 tokens\"}\n")
                    .build());

            OllamaFailure first = firstFailure(Prompts.patient(server.url()));
            assertThat(first.kind()).isEqualTo(FOR_GOOD);
            assertThat(first.code()).isEqualTo(CONTEXT_LENGTH_EXCEEDED);
            assertThat(first.details()).isEqualTo(Map.of("prompt_tokens", 9, "context_length", 8));
            assertThat(first.isOllamas()).isTrue();
            // After a token it is too late to ask for less.
            assertThat(firstFailure(Prompts.patient(server.url())).code()).isEqualTo(STREAM_ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"load", "unload"})
    void aModelThatWasOnlyLoadedHasNotAnswered(String reason) throws Exception {
        String done = "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"" + reason + "\"}";
        try (VersionedServer server = new VersionedServer()) {
            server.enqueue(new MockResponse.Builder().body(done).build());

            OllamaFailure failure = firstFailure(Prompts.patient(server.url()));

            assertThat(failure.kind()).isEqualTo(TRANSIENT);
            assertThat(failure.code()).isEqualTo(STREAM_TRUNCATED);
            assertThat(failure).hasMessage("Ollama loaded the model and gave no answer");
        }
    }

    /** The failure with which a stream ends, however many lines came before. */
    private static OllamaFailure firstFailure(OllamaSettings settings) throws OllamaFailure {
        try (OllamaClient client = Prompts.client(settings)) {
            client.probe().ask();
            try (AnswerStream stream = open(client)) {
                return catchThrowableOfType(OllamaFailure.class, () -> {
                    while (stream.next().done() == null) {}
                });
            }
        }
    }

    private static AnswerStream open(OllamaClient client) throws OllamaFailure {
        return client.call(Prompts.hello(), Map.of()).open();
    }

    /** The failure that follows so many lines. */
    private static OllamaFailure failureAfter(int lines, OllamaSettings settings) throws OllamaFailure {
        try (OllamaClient client = Prompts.client(settings);
                AnswerStream stream = open(client)) {
            for (int i = 0; i < lines; i++) {
                stream.next();
            }
            return catchThrowableOfType(OllamaFailure.class, stream::next);
        }
    }
}
