package io.chatworker.worker.decode;

import static io.chatworker.worker.decode.Decoding.decode;
import static io.chatworker.worker.decode.Decoding.decoder;
import static io.chatworker.worker.decode.Decoding.paths;
import static io.chatworker.worker.decode.Decoding.problems;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.LongStringHelper;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Overflow;
import io.chatworker.contracts.Problem;
import io.chatworker.contracts.WhenUnavailable;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.testing.Law;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {

    private static final String HELLO = "{\"message\":\"Hello\"}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "request_id": 7                                                          | /request_id
            "request_id": ""                                                         | /request_id
            "request_id": "a.b"                                                      | /request_id
            "request_id": "a b"                                                      | /request_id
            "request_id": "ä"                                                        | /request_id
            "request_id": "a\\n"                                                     | /request_id
            "request_id": "0123456789012345678901234567890123456789012345678901234567890123x" | /request_id
            "conversation_id": true                                                  | /conversation_id
            "conversation_id": "c.1"                                                 | /conversation_id
            "sent_at": 1732190000                                                    | /sent_at
            "sent_at": "2026-11-21"                                                  | /sent_at
            "sent_at": "2026-11-21T12:00:00"                                         | /sent_at
            "sent_at": "2026-11-21 12:00:00Z"                                        | /sent_at
            "sent_at": "2026-13-21T12:00:00Z"                                        | /sent_at
            "sent_at": "2026-02-30T12:00:00Z"                                        | /sent_at
            "sent_at": "2026-11-21T12:00:00+99:00"                                   | /sent_at
            "message": 7                                                             | /message
            "message": ["parts"]                                                     | /message
            "message": {"content":"x"}                                               | /message
            "message": ""                                                            | /message
            "messages": {}                                                           | /messages
            "messages": "x"                                                          | /messages
            "messages": ["x"]                                                        | /messages/0
            "messages": [null]                                                       | /messages/0
            "messages": [{"content":"x"}]                                            | /messages/0/role
            "messages": [{"role":7}]                                                 | /messages/0/role
            "messages": [{"role":"User"}]                                            | /messages/0/role
            "messages": [{"role":"function"}]                                        | /messages/0/role
            "messages": [{"role":"user","content":["parts"]}]                        | /messages/0/content
            "messages": [{"role":"user"},{"role":"user","content":7}]                | /messages/1/content
            "messages": [{"role":"assistant","thinking":true}]                       | /messages/0/thinking
            "messages": [{"role":"user","images":"aGk="}]                            | /messages/0/images
            "messages": [{"role":"user","images":["aGk=",7]}]                        | /messages/0/images/1
            "messages": [{"role":"user","images":["data:image/png;base64,aGk="]}]    | /messages/0/images/0
            "messages": [{"role":"user","images":["aGk"]}]                           | /messages/0/images/0
            "messages": [{"role":"user","images":[""]}]                              | /messages/0/images/0
            "messages": [{"role":"user","images":["aG_="]}]                          | /messages/0/images/0
            "messages": [{"role":"assistant","tool_calls":{}}]                       | /messages/0/tool_calls
            "messages": [{"role":"assistant","tool_calls":["f"]}]                    | /messages/0/tool_calls/0
            "messages": [{"role":"assistant","tool_calls":[{}]}]                     | /messages/0/tool_calls/0/function
            "messages": [{"role":"assistant","tool_calls":[{"function":"f"}]}]       | /messages/0/tool_calls/0/function
            "messages": [{"role":"assistant","tool_calls":[{"function":{}}]}]        | /messages/0/tool_calls/0/function/name
            "messages": [{"role":"assistant","tool_calls":[{"function":{"name":7}}]}] | /messages/0/tool_calls/0/function/name
            "messages": [{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}] | /messages/0/tool_calls/0/function/arguments
            "messages": [{"role":"assistant","tool_calls":[{"id":7,"function":{"name":"f"}}]}] | /messages/0/tool_calls/0/id
            "messages": [{"role":"assistant","tool_calls":[{"function":{"name":"f","index":"0"}}]}] | /messages/0/tool_calls/0/function/index
            "messages": [{"role":"tool","tool_name":7}]                              | /messages/0/tool_name
            "messages": [{"role":"tool","tool_call_id":7}]                           | /messages/0/tool_call_id
            "regenerate": "true"                                                     | /regenerate
            "regenerate": 1                                                          | /regenerate
            "agent": 7                                                               | /agent
            "agent": " "                                                             | /agent
            "system": ["x"]                                                          | /system
            "model": {}                                                              | /model
            "model": ""                                                              | /model
            "stream": "false"                                                        | /stream
            "stream": 0                                                              | /stream
            "options": []                                                            | /options
            "options": "x"                                                           | /options
            "options": {"temperature":"hot"}                                         | /options/temperature
            "options": {"top_p":true}                                                | /options/top_p
            "options": {"temperature":1e39}                                          | /options/temperature
            "options": {"num_ctx":1.5}                                               | /options/num_ctx
            "options": {"num_ctx":"4096"}                                            | /options/num_ctx
            "options": {"seed":99999999999999999999}                                 | /options/seed
            "options": {"stop":"x"}                                                  | /options/stop
            "options": {"stop":["x",7]}                                              | /options/stop
            "options": {"num_gpu":1}                                                 | /options/num_gpu
            "options": {"main_gpu":0}                                                | /options/main_gpu
            "options": {"num_thread":4}                                              | /options/num_thread
            "options": {"num_batch":1}                                               | /options/num_batch
            "options": {"use_mmap":true}                                             | /options/use_mmap
            "think": 1                                                               | /think
            "think": {}                                                              | /think
            "overflow": true                                                         | /overflow
            "overflow": "DROP_OLDEST"                                                | /overflow
            "tools": {}                                                              | /tools
            "tools": ["f"]                                                           | /tools/0
            "format": "yaml"                                                         | /format
            "format": true                                                           | /format
            "format": []                                                             | /format
            "keep_alive": true                                                       | /keep_alive
            "keep_alive": "300"                                                      | /keep_alive
            "keep_alive": "-1"                                                       | /keep_alive
            "keep_alive": "5 m"                                                      | /keep_alive
            "keep_alive": "5d"                                                       | /keep_alive
            "keep_alive": ""                                                         | /keep_alive
            "keep_alive": "."                                                        | /keep_alive
            "keep_alive": "2562048h"                                                 | /keep_alive
            "keep_alive": "-2562048h"                                                | /keep_alive
            "keep_alive": "2562047h60m"                                              | /keep_alive
            "logprobs": "true"                                                       | /logprobs
            "logprobs": 1                                                            | /logprobs
            "top_logprobs": "2"                                                      | /top_logprobs
            "top_logprobs": 2.5                                                      | /top_logprobs
            "deadline": 7                                                            | /deadline
            "deadline": "soon"                                                       | /deadline
            "when_unavailable": true                                                 | /when_unavailable
            "when_unavailable": "retry"                                              | /when_unavailable
            "history_limit": "2"                                                     | /history_limit
            "history_limit": -1                                                      | /history_limit
            "history_limit": 1.5                                                     | /history_limit
            "history_limit": 99999999999                                             | /history_limit
            "return_history": "yes"                                                  | /return_history
            "metadata": []                                                           | /metadata
            "metadata": "x"                                                          | /metadata
            """)
    void aWrongValueIsToldByItsPathAndNothingElse(String member, String path) {
        String message = member.startsWith("\"message\"") ? "" : ",\"message\":\"Hello\"";
        Decoded decoded = decode("{" + member + message + "}");

        assertThat(decoded.rejection()).isNotNull();
        assertThat(decoded.rejection().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(paths(decoded)).containsExactly(path);
        assertThat(decoded.rejection()).hasMessageStartingWith(path + ": ");
    }

    @Test
    void allProblemsAreToldAtOnceAndWhatCanBeReadIs() {
        Decoded decoded = decode("""
                {"request_id":"r1","conversation_id":"c.1","message":7,"stream":"no",
                 "options":{"seed":"x","top_k":1.5,"a/b~c":1},"metadata":{"tenant":"acme"},"history_limit":-1}""");

        assertThat(paths(decoded))
                .containsExactlyInAnyOrder(
                        "/conversation_id", "/message", "/stream", "/options/seed", "/options/top_k", "/history_limit");
        assertThat(decoded.rejection()).hasMessageEndingWith("(and 5 more)");
        assertThat(decoded.chat().address().requestId()).isEqualTo("r1");
        assertThat(decoded.chat().request().metadata()).isEqualTo(Map.of("tenant", "acme"));
    }

    @Test
    void aMessageDoesNotGoWithRegenerate() {
        assertThat(paths(decode("{\"message\":\"a\",\"regenerate\":true}"))).containsExactly("/regenerate");
        assertThat(decode("{\"message\":\"a\",\"regenerate\":false}").rejection())
                .isNull();
    }

    @Test
    void absentAndNullMeanTheSame() {
        ChatRequest nothing = decode("{}").chat().request();
        StringBuilder nulls = new StringBuilder("{\"unknown\":null");
        for (var component : ChatRequest.class.getRecordComponents()) {
            String key = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            nulls.append(",\"").append(key).append("\":null");
        }
        Decoded decoded = decode(nulls + "}");

        assertThat(decoded.rejection()).isNull();
        assertThat(decoded.chat().request()).isEqualTo(nothing);
        assertThat(WorkerMapper.get().writeValueAsString(nothing)).isEqualTo("{}");
    }

    @Test
    void nullInATurnOrAToolCallIsAbsentToo() {
        Decoded decoded = decode("""
                {"messages":[{"role":"user","content":null,"thinking":null,"images":null,"tool_calls":null,
                  "tool_name":null,"tool_call_id":null},
                 {"role":"assistant","tool_calls":[{"id":null,"function":{"name":"f","arguments":null}}]}],
                 "options":{"seed":null,"num_gpu":null}}""");

        assertThat(decoded.rejection()).isNull();
    }

    @Test
    void unknownKeysAreIgnoredAndThoseOfATurnAreKept() {
        Decoded decoded = decode("""
                {"message":"Hello","temperature":0.1,"Message":"no","future":{"a":[1]},
                 "messages":[{"role":"user","content":"a","id":7,"ts":1.50,"tags":["x",null]}],
                 "options":{"mirostat":2,"unknown":{"a":1}}}""");

        assertThat(decoded.rejection()).isNull();
        ChatMessage turn = decoded.chat().request().messages().getFirst();
        assertThat(WorkerMapper.get().writeValueAsString(turn))
                .isEqualTo("{\"role\":\"user\",\"content\":\"a\",\"id\":7,\"ts\":1.50,\"tags\":[\"x\",null]}");
        assertThat(decoded.chat().request().options().values()).containsOnlyKeys("mirostat", "unknown");
    }

    @Test
    void everyKeyIsRead() {
        ChatRequest request = decode("""
                        {"request_id":"r-1_A","conversation_id":"c1","sent_at":"2026-11-21T13:46:18.2145+01:00",
                         "messages":[{"role":"system","content":"s"}],"regenerate":true,"agent":"a","system":"",
                         "model":"m","stream":false,"options":{"num_ctx":2048.0,"temperature":1,"stop":[]},
                         "think":"high","overflow":"error","tools":[{"type":"function"}],"format":{"type":"object"},
                         "keep_alive":-1.5,"logprobs":true,"top_logprobs":99,"deadline":"2026-11-21t12:00:00z",
                         "when_unavailable":"fail","history_limit":2.0,"return_history":false,
                         "metadata":{"a":null,"b":1.10}}""").chat().request();

        assertThat(request.requestId()).isEqualTo("r-1_A");
        assertThat(request.sentAt()).isEqualTo(Instant.parse("2026-11-21T12:46:18.214500Z"));
        assertThat(request.regenerate()).isTrue();
        assertThat(request.system()).isEmpty();
        assertThat(request.think()).isEqualTo("high");
        assertThat(request.overflow()).isEqualTo(Overflow.ERROR);
        assertThat(request.format()).isEqualTo(Map.of("type", "object"));
        assertThat(request.keepAlive()).hasToString("-1.5");
        assertThat(request.topLogprobs()).isEqualTo(99);
        assertThat(request.deadline()).isEqualTo(Instant.parse("2026-11-21T12:00:00Z"));
        assertThat(request.whenUnavailable()).isEqualTo(WhenUnavailable.FAIL);
        assertThat(request.historyLimit()).isEqualTo(2);
        assertThat(request.returnHistory()).isFalse();
        assertThat(WorkerMapper.get().writeValueAsString(request.metadata())).isEqualTo("{\"a\":null,\"b\":1.10}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1.5",
                "300",
                "\"0\"",
                "\"-0\"",
                "\"5m\"",
                "\"-1m\"",
                "\"+1h30m\"",
                "\"1.5h\"",
                "\".5s\"",
                "\"1.s\"",
                "\"100us\"",
                "\"100µs\"",
                "\"100μs\"",
                "\"1ns\"",
                "\"2562047h47m16.854775807s\""
            })
    void whatGoTakesForKeepAliveIsTaken(String keepAlive) {
        assertThat(decode("{\"message\":\"a\",\"keep_alive\":" + keepAlive + "}")
                        .rejection())
                .isNull();
    }

    // The text of a body.

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``
            ` `
            null
            []
            "text"
            7
            true
            {
            {"message":"Hello"
            {"message":"Hello"}}
            {"message":"Hello"}{"message":"Hello"}
            {"message":"Hello"} x
            {"message":'Hello'}
            {message:"Hello"}
            {"message":"Hello",}
            {"message":"Hello"/**/}
            {"message":"Hello","options":{"temperature":NaN}}
            {"message":"Hello","options":{"temperature":Infinity}}
            {"message":"Hello","options":{"seed":0x10}}
            {"message":"Hello","options":{"seed":007}}
            {"message":"Hello","options":{"temperature":.5}}
            {"message":"Hello","options":{"seed":+5}}
            {"message":"a\\x"}
            <message/>
            """)
    void whatIsNoJsonObjectIsInvalidAsAWhole(String body) {
        Decoded decoded = decode(body == null ? "" : body);

        assertThat(decoded.rejection()).isNotNull();
        assertThat(decoded.rejection().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(paths(decoded)).containsExactly("");
        assertThat(Contract.isId(decoded.chat().address().requestId())).isTrue();
        assertThat(Contract.isId(decoded.chat().address().conversationId())).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"message":"a","message":"b"}                     | /message
            {"message":"a","message":"a"}                     | /message
            {"message":"a","metadata":{"k":1,"k":2}}          | /metadata/k
            {"messages":[{"role":"user","role":"user"}]}      | /messages/0/role
            {"message":"a","unknown":{"k":1,"\\u006b":2}}     | /unknown/k
            """)
    void duplicateKeysAreRejectedWithTheirPlace(String body, String path) {
        assertThat(paths(decode(body))).containsExactly(path);
    }

    @Test
    void aDepthOfSixtyFourIsTakenAndOneMoreIsNot() {
        assertThat(decode(nested(64)).rejection()).isNull();
        assertThat(paths(decode(nested(65)))).containsExactly("");
    }

    @Test
    @Law(7)
    @DisplayName("Thousands of levels do not take the worker down")
    void thousandsOfLevelsAreRejected() {
        assertThat(paths(decode(nested(5000)))).containsExactly("");
        assertThat(paths(decode("[".repeat(5000)))).containsExactly("");
        assertThat(paths(decode("{\"a\":".repeat(1_000_000)))).containsExactly("");
    }

    @Test
    void theDeepestToolCallThatIsAnsweredIsTakenBackInAHistory() {
        String arguments = "{\"a\":".repeat(58) + "1" + "}".repeat(58);

        assertThat(decode(
                                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":"
                                        + arguments + "}}]},{\"role\":\"tool\",\"content\":\"1\"}]}")
                        .rejection())
                .isNull();
    }

    private static String nested(int levels) {
        return "{\"message\":\"a\",\"unknown\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
    }

    @Test
    @Law(7)
    @DisplayName("Numbers with huge exponents cost nothing")
    void hugeExponentsAreDecidedFast() {
        for (String number : List.of(
                "1e1000000000",
                "-1e1000000000",
                "1e-1000000000",
                "1e99999999999",
                "0e1000000000",
                "1e2147483647",
                "1e2147483648")) {
            assertTimeout(Duration.ofSeconds(2), () -> {
                for (String key : List.of("num_ctx", "temperature", "unknown")) {
                    decode("{\"message\":\"a\",\"options\":{\"" + key + "\":" + number + "}}");
                }
                decode("{\"message\":\"a\",\"metadata\":{\"n\":" + number + "}}");
                decode("{\"message\":\"a\",\"keep_alive\":" + number + "}");
                decode("{\"message\":\"a\",\"history_limit\":" + number + "}");
                decode("{\"message\":\"a\",\"top_logprobs\":" + number + "}");
                decode("{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"n\":" + number + "}]}");
                decode("{\"message\":" + number + "}");
            });
        }
        assertThat(paths(decode("{\"message\":\"a\",\"options\":{\"num_ctx\":1e1000000000}}")))
                .containsExactly("/options/num_ctx");
        assertThat(paths(decode("{\"message\":\"a\",\"options\":{\"temperature\":1e1000000000}}")))
                .containsExactly("/options/temperature");
        assertThat(paths(decode("{\"message\":\"a\",\"keep_alive\":1e1000000000}")))
                .containsExactly("/keep_alive");
        assertThat(paths(decode("{\"message\":\"a\",\"history_limit\":1e1000000000}")))
                .containsExactly("/history_limit");
    }

    @Test
    @Law(6)
    @DisplayName("Of many problems a bounded number is listed, in bounded words")
    void manyProblemsAreToldInPart() {
        String[] bodies = {
            "{\"messages\":[" + "1,".repeat(500_000) + "1]}",
            "{\"messages\":[{\"role\":\"user\",\"images\":[" + "1,".repeat(500_000) + "1]}]}",
            "{\"unknown\":[" + "\"\\ud800\",".repeat(300_000) + "1]}",
            "{\"tools\":[" + "1,".repeat(500_000) + "1]}"
        };
        for (String body : bodies) {
            Decoded decoded = decode(body);

            assertThat(decoded.rejection().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(problems(decoded)).hasSizeBetween(1, 100);
            assertThat(WorkerMapper.get().writeValueAsBytes(decoded.rejection().details()))
                    .hasSizeLessThan(64 * 1024);
        }
    }

    @Test
    @Law(7)
    @DisplayName("Long paths to many values cost nothing")
    void longPathsToManyValuesAreReadFast() {
        String deep = ("{\"" + "k".repeat(49_000) + "\":").repeat(20);

        assertTimeout(Duration.ofSeconds(5), () -> decode(deep + "[" + "1,".repeat(2_000_000) + "1]" + "}".repeat(20)));
    }

    @Test
    @Law(7)
    @DisplayName("Keys as long as they may be fit into a dead letter's headers")
    void longKeysAreToldInPart() {
        String key = "k".repeat(49_000);
        String deep = ("{\"" + key + "\":").repeat(20);
        String[] bodies = {
            deep + "{\"a\":1,\"a\":2}" + "}".repeat(20),
            deep + "{\"" + key + "\":1,\"" + key + "\":2}" + "}".repeat(20),
            deep + "\"\\ud800\"" + "}".repeat(20),
            deep + "{\"\\ud800\":1}" + "}".repeat(20),
            "{\"\\ud800\":\"\\ud800\"}",
            "{\"\\ud800\":1,\"\\ud800\":1}"
        };
        for (String body : bodies) {
            Decoded decoded = decode(body);

            assertThat(decoded.rejection().getMessage()).hasSizeLessThan(2000);
            assertThat(WorkerMapper.get().writeValueAsBytes(decoded.rejection().details()))
                    .hasSizeLessThan(64 * 1024);
        }
    }

    @Test
    void bytesThatAreNoUtf8AreRejected() {
        byte[] body = HELLO.getBytes(UTF_8);
        body[13] = (byte) 0xff;
        assertThat(paths(decode(body))).containsExactly("");

        // A surrogate pair as two times three bytes, and an overlong form.
        for (int[] bytes :
                new int[][] {{0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80}, {0xc0, 0x80}, {0xf5, 0x80, 0x80, 0x80}, {0xc3}}) {
            byte[] text = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                text[i] = (byte) bytes[i];
            }
            byte[] whole = concat("{\"message\":\"".getBytes(UTF_8), text, "\"}".getBytes(UTF_8));
            assertThat(paths(decode(whole))).containsExactly("");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void anotherEncodingIsRejected(String charset) {
        assertThat(paths(decode(HELLO.getBytes(Charset.forName(charset))))).containsExactly("");
    }

    @Test
    void latinLettersAreNoUtf8() {
        assertThat(paths(decode("{\"message\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1))))
                .containsExactly("");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"message":"\\ud83d"}                                    | /message
            {"message":"\\ude00\\ud83d"}                             | /message
            {"message":"a","metadata":{"k":["\\ud83d"]}}             | /metadata/k/0
            {"message":"a","metadata":{"a/b~c":"\\ud83d"}}           | /metadata/a~1b~0c
            {"message":"a","metadata":{"\\ud83d":1}}                 | /metadata
            {"message":"a","unknown":"\\ud83d"}                      | /unknown
            """)
    void halfASurrogatePairIsRejectedWhereItIs(String body, String path) {
        assertThat(paths(decode(body))).containsExactly(path);
    }

    @Test
    void wholeSurrogatePairsAreText() {
        assertThat(decode("{\"message\":\"\\ud83d\\ude00 🌞 \\u0000\"}")
                        .chat()
                        .request()
                        .message())
                .isEqualTo("\ud83d\ude00 🌞 \u0000");
    }

    // Limits.

    @Test
    void aMessagesLengthIsCountedInCodePoints() {
        RequestDecoder decoder = decoder(Map.of("CHAT_MAX_MESSAGE_CHARS", "3"));

        assertThat(read(decoder, "{\"message\":\"🌞🌞🌞\"}").rejection()).isNull();
        var rejection = read(decoder, "{\"message\":\"🌞🌞🌞a\"}").rejection();
        assertThat(rejection.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LONG);
        assertThat(rejection.details()).isEqualTo(Map.of("characters", 4, "limit", 3));
    }

    @Test
    void onlyTheNewMessageHasALimitedLength() {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"abcdef\"}],\"system\":\"abcdef\"}";

        assertThat(read(decoder(Map.of("CHAT_MAX_MESSAGE_CHARS", "3")), body).rejection())
                .isNull();
    }

    @Test
    void aBodyOverTheLimitIsRejectedBeforeItIsParsed() {
        RequestDecoder decoder = decoder(Map.of("CHAT_MAX_REQUEST_BYTES", "64"));

        assertThat(read(decoder, "x".repeat(64)).rejection().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        var rejection = read(decoder, "x".repeat(65)).rejection();
        assertThat(rejection.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
        assertThat(rejection.details()).isEqualTo(Map.of("bytes", 65, "limit", 64));
    }

    @Test
    void metadataTakesAtMostFourKibibytesAsJson() {
        String fits = "x".repeat(4096 - "{\"k\":\"\"}".length());

        assertThat(decode("{\"message\":\"a\",\"metadata\": { \"k\" : \"" + fits + "\" } }")
                        .rejection())
                .isNull();
        assertThat(paths(decode("{\"message\":\"a\",\"metadata\":{\"k\":\"" + fits + "x\"}}")))
                .containsExactly("/metadata");
        assertThat(paths(decode("{\"message\":\"a\",\"metadata\":{\"k\":\"" + "ü".repeat(2048) + "\"}}")))
                .containsExactly("/metadata");
    }

    @Test
    void namesHaveALimit() {
        assertThat(decode("{\"message\":\"a\",\"model\":\"" + "m".repeat(256) + "\"}")
                        .rejection())
                .isNull();
        assertThat(paths(decode("{\"message\":\"a\",\"model\":\"" + "m".repeat(257) + "\"}")))
                .containsExactly("/model");
    }

    // Properties.

    @Test
    void theBodysIdsComeFirst() {
        Decoded decoded = decode(
                new BasicProperties.Builder()
                        .messageId("m1")
                        .correlationId("k1")
                        .build(),
                "{\"message\":\"a\",\"request_id\":\"r1\",\"conversation_id\":\"c1\"}");

        assertThat(decoded.chat().address().requestId()).isEqualTo("r1");
        assertThat(decoded.chat().address().conversationId()).isEqualTo("c1");
        assertThat(decoded.chat().address().correlationId()).isEqualTo("k1");
    }

    @Test
    void theMessageIdIsTheRequestIdWhereTheBodyHasNone() {
        assertThat(requestId("m1", HELLO)).isEqualTo("m1");
        assertThat(requestId("m1", "no json")).isEqualTo("m1");
        assertThat(requestId("m1", "{\"message\":\"a\",\"request_id\":null}")).isEqualTo("m1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.b",
                "a b",
                "ID:host-1:2",
                "0123456789012345678901234567890123456789012345678901234567890123x"
            })
    void aMessageIdThatIsNoIdIsIgnored(String messageId) {
        String id = requestId(messageId, HELLO);

        assertThat(id).isNotEqualTo(messageId);
        assertThat(Contract.isId(id)).isTrue();
    }

    @Test
    void generatedIdsAreNewEachTime() {
        var first = decode(HELLO).chat().address();
        var second = decode(HELLO).chat().address();

        assertThat(List.of(first.requestId(), first.conversationId(), second.requestId(), second.conversationId()))
                .doesNotHaveDuplicates()
                .allMatch(Contract::isId);
        assertThat(first.correlationId()).isEqualTo(first.requestId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "APPLICATION/JSON", "application/json; charset=utf-8", ""})
    void aContentTypeOfJsonIsTaken(String type) {
        assertThat(decode(new BasicProperties.Builder().contentType(type).build(), HELLO)
                        .rejection())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            text/plain                       | -     | -            | content_type
            application/xml                  | -     | -            | content_type
            application/json; charset=utf-16 | -     | -            | content_type
            application/octet-stream         | -     | -            | content_type
            -                                | gzip  | -            | content_encoding
            -                                | -     | chat.cancel  | type
            -                                | -     | request      | type
            -                                | -     | chat.Request | type
            """)
    void aPropertyThatSaysOtherwiseIsRejected(String contentType, String encoding, String type, String property) {
        Decoded decoded = decode(
                new BasicProperties.Builder()
                        .contentType(contentType)
                        .contentEncoding(encoding)
                        .type(type)
                        .build(),
                HELLO);

        assertThat(decoded.rejection().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(problems(decoded)).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEmpty();
            assertThat(problem.problem()).startsWith("the AMQP property " + property + " must be absent or ");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf-8", "UTF-8", "identity"})
    void theEncodingsThatChangeNothingAreTaken(String encoding) {
        BasicProperties properties = new BasicProperties.Builder()
                .contentEncoding(encoding)
                .type("chat.request")
                .build();

        assertThat(decode(properties, HELLO).rejection()).isNull();
    }

    @ParameterizedTest
    @Law(7)
    @DisplayName("No event goes to a queue that is not allowed")
    @CsvSource(
            nullValues = "-",
            value = {
                "-, amq.rabbitmq.reply-to.g1h2AA, true",
                "-, amq.gen-xyz, true",
                "-, chat.replies.me, true",
                "-, chat.requests, false",
                "-, chat.repliesXme, false",
                "-, amq.rabbitmq.reply-to, false",
                "-, orders, false",
                "'', amq.gen-xyz, false",
                "'', chat.replies.me, false",
                "mine.*, mine.1, true",
                "mine.*, amq.gen-xyz, false",
                "*, anything, true"
            })
    void aReplyQueueMustBeAllowed(String allowed, String replyTo, boolean allows) {
        RequestDecoder decoder = decoder(allowed == null ? Map.of() : Map.of("CHAT_REPLY_TO_ALLOWED", allowed));

        Decoded decoded =
                decoder.decode(new BasicProperties.Builder().replyTo(replyTo).build(), HELLO.getBytes(UTF_8), 0);

        if (allows) {
            assertThat(decoded.rejection()).isNull();
            assertThat(decoded.chat().address().replyTo()).isEqualTo(replyTo);
        } else {
            assertThat(decoded.rejection().code()).isEqualTo(ErrorCode.REPLY_TO_NOT_ALLOWED);
            assertThat(decoded.rejection().details()).isEqualTo(Map.of("reply_to", replyTo));
            assertThat(decoded.chat().address().replyTo()).isNull();
        }
    }

    @Test
    void anAllowedReplyQueueHearsOfARefusalToo() {
        BasicProperties properties =
                new BasicProperties.Builder().replyTo("amq.gen-1").build();

        assertThat(decode(properties, "no json").chat().address().replyTo()).isEqualTo("amq.gen-1");
        assertThat(decode(new BasicProperties.Builder().replyTo("").build(), HELLO)
                        .chat()
                        .address()
                        .replyTo())
                .isNull();
    }

    @Test
    void theTimestampIsWhenItWasSentWhereTheBodyDoesNotTell() {
        Instant timestamp = Instant.parse("2026-11-21T12:00:00Z");
        BasicProperties properties =
                new BasicProperties.Builder().timestamp(Date.from(timestamp)).build();

        assertThat(decode(properties, HELLO).chat().sentAt()).isEqualTo(timestamp);
        assertThat(decode(properties, "{\"message\":\"a\",\"sent_at\":\"2026-11-21T12:00:01.5Z\"}")
                        .chat()
                        .sentAt())
                .isEqualTo(timestamp.plusMillis(1500));
        assertThat(decode(HELLO).chat().sentAt()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        // Milliseconds where seconds belong.
        "1795867200123, 2026-11-28T12:00:00.123Z",
        "1795867200, 2026-11-28T12:00:00Z",
        "0,",
        "-1,",
        "-1795867200,",
        "1,",
        // The year 3000, microseconds, nanoseconds and whatever else is no time of a request.
        "32503680000,",
        "1795867200123456,",
        "1795867200123456789,",
        "9223372036854775807,",
        "-9223372036854775808,"
    })
    void aTimestampIsReadAsItWasMeantOrNotAtAll(long sent, Instant meant) {
        BasicProperties properties =
                new BasicProperties.Builder().timestamp(new Date(sent * 1000)).build();

        Decoded decoded = decode(properties, HELLO);

        assertThat(decoded.rejection()).isNull();
        assertThat(decoded.chat().sentAt()).isEqualTo(meant);
    }

    @Test
    void aByteOrderMarkInFrontIsSteppedOver() {
        Decoded decoded = decode("\ufeff" + HELLO);

        assertThat(decoded.rejection()).isNull();
        assertThat(decoded.chat().request().message()).isEqualTo("Hello");
        // Its ids are read, too, where the rest is wrong.
        assertThat(decode("\ufeff{\"request_id\":\"r-1\",\"message\":7,")
                        .chat()
                        .address()
                        .requestId())
                .isEqualTo("r-1");
        assertThat(paths(decode("\ufeff\ufeff" + HELLO))).containsExactly("");
        assertThat(paths(decode("\ufeff"))).containsExactly("");
    }

    static Stream<Arguments> foreignBytes() {
        return Stream.of(
                Arguments.of(HELLO.getBytes(StandardCharsets.UTF_16), "must be UTF-8, and looks like UTF-16"),
                Arguments.of(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "must be UTF-8, and looks like gzip"),
                Arguments.of(
                        new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 't', 0, 1, 'a'},
                        "must be UTF-8, and looks like Java serialization"),
                Arguments.of(new byte[] {'{', (byte) 0xff}, "must be UTF-8, and is not"));
    }

    @ParameterizedTest
    @MethodSource("foreignBytes")
    void whatIsNoUtf8IsNamed(byte[] body, String problem) {
        assertThat(problems(decode(body))).containsExactly(new Problem("", problem));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aGVs\\nbG8=", "aGVs\\r\\nbG8=\\r\\n", "\\naGVsbG8=", "a\\nG\\nV\\ns\\nb\\nG\\n8\\n=\\n"})
    void lineBreaksInBase64AreAllowedAndTakenOut(String image) {
        Decoded decoded = decode("{\"messages\":[{\"role\":\"user\",\"images\":[\"" + image + "\"]}]}");

        assertThat(decoded.rejection()).isNull();
        assertThat(decoded.chat().request().messages().getFirst().images()).containsExactly("aGVsbG8=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aGVs bG8=",
                "aGVs\\tbG8=",
                "aGVsbG8",
                "data:image/png;base64,aGVsbG8=",
                "\\n",
                "aGVs-G8=",
                "aGVs_G8="
            })
    void whatIsNoBase64IsRejectedWithWhatIsAccepted(String image) {
        Decoded decoded = decode("{\"messages\":[{\"role\":\"user\",\"images\":[7,\"aGVsbG8=\",\"" + image + "\"]}]}");

        String expected = "must be a string of base64 (RFC 4648 section 4), without 'data:' in front";
        assertThat(problems(decoded))
                .containsExactly(
                        new Problem("/messages/0/images/0", expected), new Problem("/messages/0/images/2", expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [[{"message":"Hi"}],{},{"callbacks":null,"errbacks":null,"chain":null}] | the body of a Celery task ([args, kwargs, embed])
            [{"message":"Hi"}]                                                     | must be a JSON object, and is an array
            "{\\"message\\":\\"Hi\\"}"                                                 | it was encoded twice
            "Hi"                                                                   | must be a JSON object, and is a string
            7                                                                      | must be a JSON object, and is a number
            true                                                                   | must be a JSON object, and is a boolean
            null                                                                   | must be a JSON object, and is null
            {"messageId":"1","message":{"message":"Hi"},"messageType":["urn:message:A:B"]} | a MassTransit envelope; send what is in 'message'
            {"specversion":"1.0","type":"t","source":"s","id":"1","data":{"message":"Hi"}} | a CloudEvent in structured mode; send what is in 'data'
            {"pattern":"chat","data":{"message":"Hi"},"id":"1"}                      | a NestJS message; send what is in 'data'
            {"jsonrpc":"2.0","method":"chat","params":{"message":"Hi"},"id":1}       | a JSON-RPC call; send what is in 'params'
            {"id":"1","task":"t","args":[],"kwargs":{"message":"Hi"}}                | a Celery task
            {"queue_name":"q","actor_name":"a","args":[],"kwargs":{},"options":{}}   | a Dramatiq message
            {"task_id":"1","task_name":"t","labels":{},"args":[],"kwargs":{}}        | a Taskiq task
            {"args":["Hi"],"kwargs":{}}                                             | a Nameko call
            {"uuid":"1","displayName":"d","job":"j","data":{}}                       | a Laravel job
            {"headers":{},"payload":{"message":"Hi"}}                                | send what is in 'payload'
            {"event":{"body":{"messages":[]}}}                                      | holds the request at /event/body;
            {"items":[1,{"a/b":{"message":"Hi"}}]}                                   | holds the request at /items/1/a~1b;
            """)
    void anEnvelopeIsNamedAndItsSenderToldWhatToSend(String body, String words) {
        Decoded decoded = decode(body);

        assertThat(decoded.rejection().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(problems(decoded).getFirst().path()).isEmpty();
        assertThat(problems(decoded).getFirst().problem()).contains(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"message\":\"Hi\",\"pattern\":\"p\",\"data\":{\"message\":\"x\"}}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"specversion\":\"1\",\"type\":\"t\",\"source\":\"s\"}",
                "{\"message\":\"Hi\",\"messageType\":[\"t\"]}",
                "{\"message\":\"Hi\",\"metadata\":{\"message\":\"x\",\"messages\":[]}}"
            })
    void aRequestWithAnEnvelopesKeysIsARequest(String body) {
        assertThat(decode(body).rejection()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/cloudevents+json",
                "application/vnd.masstransit+json",
                "application/x-python-serialize",
                "application/x-java-serialized-object",
                "application/octet-stream",
                "text/plain"
            })
    void aForeignContentTypeIsRejectedWithWhatIsAccepted(String contentType) {
        Decoded decoded =
                decode(new BasicProperties.Builder().contentType(contentType).build(), HELLO);

        assertThat(problems(decoded))
                .containsExactly(new Problem(
                        "",
                        "the AMQP property content_type must be absent or application/json, not '" + contentType
                                + "'"));
    }

    /** Spring's type id, and one header of every type that AMQP has. */
    @Test
    void headersOfAnyTypeAreNobodysBusiness() {
        Map<String, Object> headers = new HashMap<>();
        headers.put("__TypeId__", "com.example.Ask");
        headers.put("list", List.of(1, Map.of("a", List.of())));
        headers.put("bytes", new byte[] {0, 1});
        headers.put("decimal", new BigDecimal("1.5"));
        headers.put("void", null);
        headers.put("date", new Date(0));
        for (Object value : new ArrayList<>(headers.values())) {
            for (String known : List.of("traceparent", "tracestate", "baggage", "CC", "x-death", "x-delivery-count")) {
                headers.put(known, value);
            }
            assertThat(decode(new BasicProperties.Builder().headers(headers).build(), HELLO)
                            .rejection())
                    .isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, true", "3, true", "-1, false", "1.5, false", "true, false", "'\"1\"', false"})
    void toolRoundsAreAWholeNumber(String rounds, boolean valid) {
        Decoded decoded = decode("{\"message\":\"Hi\",\"tool_rounds\":" + rounds + "}");

        assertThat(decoded.rejection() == null).isEqualTo(valid);
    }

    @Test
    void theTraceComesFromTheHeaders() {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Map<String, Object> headers = Map.of("traceparent", LongStringHelper.asLongString(parent), "tracestate", "a=b");

        assertThat(decode(new BasicProperties.Builder().headers(headers).build(), HELLO)
                        .chat()
                        .address()
                        .trace())
                .isEqualTo(new TraceContext(parent, "a=b"));
        assertThat(decode(HELLO).chat().address().trace()).isEqualTo(TraceContext.NONE);
    }

    private static Decoded read(RequestDecoder decoder, String body) {
        return decoder.decode(Decoding.NO_PROPERTIES, body.getBytes(UTF_8), 0);
    }

    private static String requestId(String messageId, String body) {
        return decode(new BasicProperties.Builder().messageId(messageId).build(), body)
                .chat()
                .address()
                .requestId();
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
