package io.chatworker.worker.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

class LineParserTest {

    static final ObjectReader JSON =
            WorkerMapper.get().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final LineParser parser = new LineParser(JSON);

    static List<Recorded> streams() throws IOException {
        return Recorded.all().stream()
                .filter(exchange -> exchange.status() == 200 && exchange.path().equals("/api/chat"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void everyRecordedLineParses(Recorded stream) throws Exception {
        for (String text : stream.lines()) {
            JsonNode json = JSON.readTree(text);
            if (json.has("error")) {
                assertThatThrownBy(() -> parse(text))
                        .isInstanceOf(OllamaFailure.class)
                        .hasMessageEndingWith(json.path("error").asString());
                continue;
            }

            AnswerLine line = parse(text);

            JsonNode message = json.path("message");
            assertThat(line.content()).isEqualTo(message.path("content").asString());
            assertThat(line.thinking()).isEqualTo(message.path("thinking").asString(""));
            assertThat(line.toolCalls()).isEqualTo(message.get("tool_calls"));
            assertThat(line.logprobs()).isEqualTo(json.get("logprobs"));
            assertThat(line.done() != null).isEqualTo(json.path("done").booleanValue());
            if (line.done() != null) {
                assertThat(line.done())
                        .isEqualTo(new AnswerLine.Done(
                                json.path("done_reason").asString(),
                                json.path("load_duration").asLong(0),
                                json.path("prompt_eval_count").asInt(0),
                                json.path("prompt_eval_duration").asLong(0),
                                json.path("eval_count").asInt(0),
                                json.path("eval_duration").asLong(0)));
            }
        }
    }

    @Test
    void aLineMaySayEverythingAtOnceTheLastOneIncluded() throws Exception {
        AnswerLine line = parse("""
                {"done":true,"future":{"error":"not this one","message":{"content":"nor this"}},
                 "logprobs":[{"token":"a","logprob":-1.50}],
                 "message":{"images":null,"thinking":"t","tool_calls":[{"function":{"name":"f","arguments":{"x":1.10}}}],
                            "content":"c","more":[1,{"content":"z"}]},
                 "eval_count":7,"done_reason":"length"}""");

        assertThat(line.content()).isEqualTo("c");
        assertThat(line.thinking()).isEqualTo("t");
        assertThat(line.toolCalls()).hasToString("[{\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1.10}}}]");
        assertThat(line.logprobs()).hasToString("[{\"token\":\"a\",\"logprob\":-1.50}]");
        assertThat(line.done()).isEqualTo(new AnswerLine.Done("length", 0, 0, 0, 7, 0));
        assertThat(line.hasToken()).isTrue();
    }

    @Test
    void nothingOfALineIsLeftForTheNext() throws Exception {
        parse("""
                {"message":{"content":"c","thinking":"t","tool_calls":[{}]},"logprobs":[{}],
                 "done":true,"done_reason":"stop","eval_count":7}""");

        assertThat(parse("{\"done\":false}")).isEqualTo(AnswerLine.NOTHING);
        assertThat(parse("{\"done\":true}").done()).isEqualTo(new AnswerLine.Done(null, 0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"message\":null,\"done\":null,\"logprobs\":null,\"error\":null}",
                "{\"message\":{\"content\":null,\"thinking\":null,\"tool_calls\":null}}",
                "{\"message\":{\"tool_calls\":[]},\"logprobs\":[]}",
                "{\"error\":\"\"}",
                "{\"done\":\"true\"}",
                "{\"unknown\":[[[{}]]]}",
                " {\"done\":false}\r"
            })
    void whatSaysNothingIsNothing(String text) throws Exception {
        AnswerLine line = parse(text);

        assertThat(line).isEqualTo(AnswerLine.NOTHING);
        assertThat(line.hasToken()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "[]",
                "\"text\"",
                "null",
                "true",
                "1",
                "{",
                "{\"message\":{\"content\":\"cut",
                "{\"done\":true",
                "{\"done\":true}}",
                "{\"done\":true}{\"done\":true}",
                "{\"done\":true} x",
                "{done:true}",
                "{\"message\":\"text\"}",
                "{\"message\":[]}",
                "{\"message\":{\"content\":1}}",
                "{\"message\":{\"content\":[\"parts\"]}}",
                "{\"message\":{\"thinking\":{}}}",
                "{\"message\":{\"tool_calls\":{}}}",
                "{\"message\":{\"tool_calls\":[\"f\"]}}",
                "{\"message\":{\"tool_calls\":[{},null]}}",
                "{\"logprobs\":\"x\"}",
                "{\"logprobs\":[-0.5]}",
                "{\"done_reason\":1}",
                "{\"eval_count\":{\"a\":1},\"done\":true}",
                "{\"eval_count\":99999999999,\"done\":true}",
                "{\"message\":{\"content\":\"a\"},\"done\":NaN}",
                "<html>",
                "data: {\"done\":true}"
            })
    void whatIsNotALineOfOllamasIsMalformed(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(LineParser.Malformed.class);
    }

    @Test
    void bytesThatAreNoUtf8AreMalformed() {
        byte[] line = "{\"message\":{\"content\":\"?\"}}".getBytes(UTF_8);
        line[23] = (byte) 0xff;

        assertThatThrownBy(() -> parser.parse(line)).isInstanceOf(LineParser.Malformed.class);
    }

    @Test
    @Law(7)
    @DisplayName("A nesting without end does not take the worker down")
    void aNestingWithoutEndIsMalformed() {
        String deep = "[".repeat(100_000);

        assertThatThrownBy(() -> parse("{\"unknown\":" + deep)).isInstanceOf(LineParser.Malformed.class);
        assertThatThrownBy(() -> parse("{\"logprobs\":" + deep)).isInstanceOf(LineParser.Malformed.class);
    }

    @Test
    void aToolCallThatIsTooDeepToComeBackInARequestIsMalformed() throws Exception {
        assertThat(parse(toolCall(63)).toolCalls()).isNotNull();
        assertThatThrownBy(() -> parse(toolCall(64))).isInstanceOf(LineParser.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "{\\"city\\": \\"Bern\\", \\"days\\": 1.50}"  | {"city":"Bern","days":1.50}
            "{\\"a\\":\\"\\\\ud83d\\"}"              | {"a":"�"}
            "{}"                                         | {}
            ""                                           | {}
            " "                                          | {}
            "Bern"                                       | {}
            "{\\"city\\":"                              | {}
            "[1]"                                        | {}
            "{} {}"                                      | {}
            "{\\"a\\":1e99999999999}"                   | {}
            null                                         | {}
            []                                           | {}
            7                                            | {}
            {"x":"{}"}                                   | {"x":"{}"}
            """)
    void argumentsAreTheObjectTheySpell(String sent, String object) throws Exception {
        AnswerLine line =
                parse("{\"message\":{\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":" + sent
                        + "}},{\"function\":{\"name\":\"g\"}}]}}");

        assertThat(line.toolCalls())
                .hasToString("[{\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":" + object
                        + "}},{\"function\":{\"name\":\"g\",\"arguments\":{}}}]");
    }

    @Test
    void argumentsSpelledTooDeepToComeBackInARequestAreNone() throws Exception {
        for (int levels : List.of(58, 59, 70)) {
            String spelled = "{\\\"a\\\":".repeat(levels) + "1" + "}".repeat(levels);
            AnswerLine line = parse("{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\""
                    + spelled + "\"}}]}}");
            assertThat(line.toolCalls()
                            .path(0)
                            .path("function")
                            .path("arguments")
                            .isEmpty())
                    .as("%d levels", levels)
                    .isEqualTo(levels > 58);
        }
    }

    /** A line of so many levels. */
    private static String toolCall(int levels) {
        int arguments = levels - 5;
        return "{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":"
                + "{\"a\":".repeat(arguments) + "1" + "}".repeat(arguments) + "}}]}}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"error":"boom"}                                                             | boom
            {"model":"m","error":"boom","done":true}                                     | boom
            {"StatusCode":429,"Status":"429 Too Many Requests","error":"slow down"}      | slow down
            {"error":"unauthorized","signin_url":"https://ollama.com/connect?x"}         | unauthorized
            {"error":"{\\"error\\":{\\"code\\":500,\\"message\\":\\"inner\\",\\"type\\":\\"t\\"}}"} | inner
            {"error":{"code":500,"message":"an object","type":"server_error"}}           | an object
            {"error":{"code":500}}                                                       | {"code":500}
            {"error":["a"]}                                                              | ["a"]
            {"error":7}                                                                  | 7
            """)
    void anErrorLineIsAFailureInAllItsForms(String text, String told) {
        OllamaFailure failure = catchThrowableOfType(OllamaFailure.class, () -> parse(text));

        assertThat(failure.kind()).isEqualTo(OllamaFailure.Kind.TRANSIENT);
        assertThat(failure.code()).isEqualTo(ErrorCode.STREAM_ERROR);
        assertThat(failure).hasMessage("Ollama, in mid-stream: " + told);
    }

    @Test
    void halfSurrogatePairsBecomeTheReplacementCharacter() throws Exception {
        AnswerLine line = parse("""
                {"message":{"content":"a\\ud83dz","thinking":"\\ude00","tool_calls":
                 [{"function":{"name":"f\\ud83d","arguments":{"x":["\\ud83d\\ude00","\\ude00"]}}}]},
                 "logprobs":[{"token":"\\ud83d"}]}""");

        assertThat(line.content()).isEqualTo("a\uFFFDz");
        assertThat(line.thinking()).isEqualTo("\uFFFD");
        assertThat(line.toolCalls())
                .hasToString(
                        "[{\"function\":{\"name\":\"f\uFFFD\",\"arguments\":{\"x\":[\"\ud83d\ude00\",\"\uFFFD\"]}}}]");
        assertThat(line.logprobs()).hasToString("[{\"token\":\"\uFFFD\"}]");
    }

    @Test
    void aLongToolCallIsOneLine() throws Exception {
        String argument = "x".repeat(1_000_000);

        AnswerLine line =
                parse("{\"message\":{\"tool_calls\":[{\"function\":{\"arguments\":{\"a\":\"" + argument + "\"}}}]}}");

        assertThat(line.toolCalls()
                        .path(0)
                        .path("function")
                        .path("arguments")
                        .path("a")
                        .asString())
                .isEqualTo(argument);
    }

    private AnswerLine parse(String text) throws LineParser.Malformed, OllamaFailure {
        return parser.parse(text.getBytes(UTF_8));
    }
}
