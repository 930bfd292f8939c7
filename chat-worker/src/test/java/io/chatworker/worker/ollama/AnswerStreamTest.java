package io.chatworker.worker.ollama;

import static io.chatworker.contracts.ErrorCode.STREAM_ERROR;
import static io.chatworker.contracts.ErrorCode.STREAM_STALLED;
import static io.chatworker.contracts.ErrorCode.STREAM_TRUNCATED;
import static io.chatworker.worker.ollama.OllamaFailure.Kind.TRANSIENT;
import static io.chatworker.worker.ollama.RawOllama.STREAM;
import static io.chatworker.worker.ollama.RawOllama.chunk;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
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
        try (RawOllama ollama = new RawOllama(STREAM, chunk("<html>\n" + A + "{\"broken\n\n \t\r\n" + DONE));
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
    @ValueSource(strings = {"", "{\"message\":{\"content\":\"a\"}}\n", "{\"done\":false}\n", "no json\n"})
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

    @Test
    void aConnectionIsUsedAgainAfterAnAnswerThatWasReadToItsEnd() throws Exception {
        try (MockWebServer server = server()) {
            server.enqueue(new MockResponse.Builder().chunkedBody(A + DONE, 7).build());
            server.enqueue(new MockResponse.Builder().chunkedBody(A + DONE, 7).build());
            try (OllamaClient client = Prompts.client(Prompts.patient(server.url("/")))) {
                readToDone(client);
                readToDone(client);
            }

            server.takeRequest();
            assertThat(server.takeRequest().getExchangeIndex()).isEqualTo(1);
        }
    }

    private static MockWebServer server() throws IOException {
        MockWebServer server = new MockWebServer();
        server.start();
        return server;
    }

    private static void readToDone(OllamaClient client) throws OllamaFailure {
        try (AnswerStream stream = open(client)) {
            assertThat(stream.next().content()).isEqualTo("a");
            assertThat(stream.next().done()).isNotNull();
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
