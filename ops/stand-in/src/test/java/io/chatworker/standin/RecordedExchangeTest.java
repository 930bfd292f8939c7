package io.chatworker.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** A model named like an exchange plays that exchange. */
class RecordedExchangeTest {

    private static StandIn standIn;
    private static Client client;

    @BeforeAll
    static void start() throws IOException {
        standIn = StandIn.start(StandInSettings.forTests());
        client = Client.of(standIn);
    }

    @AfterAll
    static void stop() {
        standIn.close();
    }

    static Stream<String> complete() {
        return Exchanges.all().stream().filter(exchange -> !exchange.cut()).map(Exchange::name);
    }

    @ParameterizedTest
    @MethodSource("complete")
    void isServedByteForByte(String name) throws Exception {
        var recorded = Exchanges.byName(name).response();

        var answer = client.ask(name);

        assertThat(answer.statusCode()).isEqualTo(recorded.status());
        assertThat(answer.body()).isEqualTo(recorded.body());
        recorded.headers()
                .forEach((header, value) ->
                        assertThat(answer.headers().firstValue(header)).contains(value));
    }

    @Test
    void everyLineIsAChunkOfItsOwn() throws Exception {
        try (var raw = new RawClient(standIn).post("/api/chat", Client.question("length:latest", "Hello"))) {
            raw.head();
            for (var line : Exchanges.byName("length").response().lines()) {
                assertThat(Integer.parseInt(raw.line(), 16))
                        .isEqualTo(line.text().getBytes(StandardCharsets.UTF_8).length);
                assertThat(raw.line()).hasSize(line.text().getBytes(StandardCharsets.UTF_8).length - 1);
                assertThat(raw.line()).isEmpty();
            }
            assertThat(raw.line()).isEqualTo("0");
        }
    }

    @Test
    void aCutBodyEndsWithTheConnectionAndWithoutItsLastChunk() throws Exception {
        try (var raw = new RawClient(standIn).post("/api/chat", Client.question("server-stopped", "Hello"))) {
            assertThat(raw.head()).contains("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");

            List<String> rest = raw.rest();

            assertThat(rest).filteredOn(line -> line.startsWith("{")).hasSize(6);
            assertThat(rest).doesNotContain("0");
        }
        assertThatThrownBy(() -> client.ask("server-stopped")).isInstanceOf(IOException.class);
        assertThat(standIn.aborted()).isZero();
    }

    @Test
    void aStreamThatIsNotWantedComesAsOneObject() throws Exception {
        var object = notStreamed("tool-call");

        assertThat(object.propertyNames())
                .startsWith("model", "created_at", "message", "done", "done_reason", "total_duration");
        assertThat(object.at("/message/tool_calls/0/function/arguments/city").asString())
                .isEqualTo("Paris");
        assertThat(object.path("eval_count").asInt()).isEqualTo(20);
    }

    @Test
    void thinkingIsJoinedApartFromTheContent() throws Exception {
        var message = notStreamed("thinking").path("message");

        assertThat(message.path("thinking").asString()).startsWith("Five and");
        assertThat(message.path("content").asString()).isNotEmpty();
    }

    @Test
    void logprobsAreJoinedBehindTheDoneReason() throws Exception {
        var object = notStreamed("logprobs");

        assertThat(object.path("logprobs").size()).isEqualTo(5);
        assertThat(object.propertyNames()).containsSubsequence("done_reason", "logprobs", "total_duration");
    }

    @Test
    void joinedMarkupIsEscapedAsGoDoesIt() throws Exception {
        var answer = client.chat(notStreamedRequest("escapes"));

        assertThat(answer.body())
                .contains("\\u003cp\\u003e")
                .doesNotContain("<", ">")
                .doesNotEndWith("\n");
    }

    @Test
    void anErrorLineBecomesAStatusWhenNotStreamed() throws Exception {
        var answer = client.chat(notStreamedRequest("runner-killed"));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body())
                .isEqualTo("{\"error\":\"an error was encountered while running the model: unexpected EOF\"}");
    }

    @Test
    void aCutAnswerThatIsNotStreamedNeverBegins() throws Exception {
        try (var raw = new RawClient(standIn).post("/api/chat", notStreamedRequest("server-stopped"))) {
            assertThat(raw.rest()).isEmpty();
        }
    }

    @Test
    void aRefusalStaysOneWhenTheModelIsToBeLoaded() throws Exception {
        assertThat(client.chat("{\"model\":\"model-not-found\"}").statusCode()).isEqualTo(404);
        assertThat(client.chat("{\"model\":\"thinking\"}").body()).contains("\"model\":\"thinking\"", "load");
    }

    private static JsonNode notStreamed(String model) throws Exception {
        return Json.parse(client.chat(notStreamedRequest(model)).body());
    }

    private static String notStreamedRequest(String model) {
        return Client.question(model, "Hello").replaceFirst("[{]", "{\"stream\":false,");
    }
}
