package io.chatworker.worker.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Problem;
import io.chatworker.worker.AnyJson;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.prompt.Agents;
import io.chatworker.worker.prompt.PromptBuilder;
import io.chatworker.worker.prompt.PromptSettings;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.testing.Law;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What holds for every request, whatever its bytes are: it is read as it was meant, or rejected with its problems. */
class RequestDecoderPropertiesTest {

    /** Far more than it takes, and far less than an attack would want. */
    private static final Duration LONG = Duration.ofSeconds(5);

    private static final JsonMapper MAPPER = WorkerMapper.get();
    private static final RequestDecoder DECODER = Decoding.decoder(Map.of());
    private static final PromptBuilder PROMPTS =
            new PromptBuilder(PromptSettings.from(new Env(Map.of())), new Agents(null));

    @Property(tries = 1000)
    @Law(7)
    @Label("Any bytes are read or rejected")
    void anyBytesAreReadOrRejected(@ForAll @Size(max = 200) byte[] bytes) {
        assertSound(decoded(Decoding.NO_PROPERTIES, bytes));
    }

    @Property(tries = 500)
    @Law(7)
    @Label("So is an example of the contract with some bytes changed")
    void aDamagedRequestIsReadOrRejected(@ForAll("damaged") byte[] bytes) {
        assertSound(decoded(Decoding.NO_PROPERTIES, bytes));
    }

    @Property(tries = 500)
    @Law(7)
    @Label("So is JSON of any shape under the contract's keys")
    void aRequestOfAnyShapeIsReadOrRejected(@ForAll("request") String request) {
        assertSound(decoded(Decoding.NO_PROPERTIES, request.getBytes(UTF_8)));
    }

    @Property(tries = 500)
    @Law(7)
    @Label("Whatever its properties are")
    void aRequestWithAnyPropertiesIsReadOrRejected(@ForAll("properties") BasicProperties properties) {
        assertSound(decoded(properties, "{\"message\":\"Hello\"}".getBytes(UTF_8)));
    }

    @Property(tries = 500)
    void whatIsReadIsWhatWasMeant(@ForAll("request") String request) {
        Decoded decoded = decoded(Decoding.NO_PROPERTIES, request.getBytes(UTF_8));
        if (decoded.rejection() != null) {
            return;
        }
        ChatRequest read = decoded.chat().request();

        // As any service that uses the contract's records would read it, and again from its own words.
        assertThat(tree(read)).isEqualTo(tree(MAPPER.readValue(request, ChatRequest.class)));
        Decoded again = decoded(Decoding.NO_PROPERTIES, MAPPER.writeValueAsBytes(read));
        assertThat(again.rejection()).isNull();
        assertThat(tree(again.chat().request())).isEqualTo(tree(read));
    }

    private static Decoded decoded(BasicProperties properties, byte[] body) {
        long began = System.nanoTime();
        Decoded decoded = DECODER.decode(properties, body, 0);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG);
        return decoded;
    }

    private static void assertSound(Decoded decoded) {
        assertThat(Contract.isId(decoded.chat().address().requestId())).isTrue();
        assertThat(Contract.isId(decoded.chat().address().conversationId())).isTrue();
        Rejection rejection = decoded.rejection();
        if (rejection == null) {
            rejection = builtRejection(decoded.chat().request());
        }
        if (rejection == null) {
            return;
        }
        assertThat(rejection.code())
                .isIn(
                        ErrorCode.INVALID_REQUEST,
                        ErrorCode.MESSAGE_TOO_LONG,
                        ErrorCode.REPLY_TO_NOT_ALLOWED,
                        ErrorCode.AGENT_NOT_FOUND,
                        ErrorCode.MODEL_NOT_ALLOWED);
        assertThat(rejection.getMessage()).isNotBlank();
        assertThat(MAPPER.writeValueAsBytes(rejection.details())).hasSizeLessThan(64 * 1024);
        if (rejection.code() == ErrorCode.INVALID_REQUEST) {
            @SuppressWarnings("unchecked")
            List<Problem> problems = (List<Problem>) rejection.details().get("problems");
            assertThat(problems).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.path()).matches("(?s)(/.*)?");
                assertThat(problem.problem()).isNotBlank();
            });
        }
    }

    private static Rejection builtRejection(ChatRequest request) {
        try {
            assertThat(PROMPTS.build(request)).isNotNull();
            return null;
        } catch (Rejection rejection) {
            return rejection;
        }
    }

    private static JsonNode tree(ChatRequest request) {
        return MAPPER.valueToTree(request);
    }

    @Provide
    Arbitrary<byte[]> damaged() throws Exception {
        return AnyJson.damaged(Arbitraries.of(ContractExamplesTest.valid()
                        .map(ContractExamplesTest.Example::body)
                        .toList())
                .map(body -> body.getBytes(UTF_8)));
    }

    /** Each key mostly with what it may have, and now and then with anything. */
    @Provide
    Arbitrary<String> request() {
        Map<String, Arbitrary<String>> keys = new LinkedHashMap<>();
        Arbitrary<String> ids = Arbitraries.of("\"r1\"", "\"a.b\"", "\"\"", "\"" + "x".repeat(65) + "\"");
        Arbitrary<String> instants = Arbitraries.of(
                "\"2026-11-21T12:00:00.123Z\"", "\"2026-11-21\"", "\"2026-02-30T12:00:00Z\"", "1700000000");
        Arbitrary<String> flags = Arbitraries.of("true", "false", "\"true\"");
        Arbitrary<String> words = Arbitraries.of("\"Hello\"", "\"🌞\"", "\"\\u0000\"", "\"\"");
        Arbitrary<String> objects = AnyJson.value().map(value -> value.startsWith("{") ? value : "{\"a\":1.10}");
        keys.put("request_id", ids);
        keys.put("conversation_id", ids);
        keys.put("sent_at", instants);
        keys.put("message", words);
        keys.put("messages", turn(words, objects).list().ofMaxSize(4).map(RequestDecoderPropertiesTest::array));
        keys.put("regenerate", flags);
        keys.put("agent", Arbitraries.of("\"general\"", "\"../x\""));
        keys.put("system", words);
        keys.put("model", Arbitraries.of("\"m\"", "\"m:latest\"", "\"m:cloud\"", "\"\""));
        keys.put("stream", flags);
        keys.put("options", AnyJson.object(option()));
        keys.put("think", Arbitraries.of("true", "\"high\"", "1"));
        keys.put("overflow", Arbitraries.of("\"error\"", "\"drop_oldest\"", "\"cut\""));
        keys.put("tools", objects.list().ofMaxSize(2).map(RequestDecoderPropertiesTest::array));
        keys.put("format", Arbitraries.oneOf(Arbitraries.of("\"json\"", "\"yaml\""), objects));
        keys.put("keep_alive", Arbitraries.of("-1", "1.5", "\"5m\"", "\"-1h30m\"", "\"5\"", "\"5d\""));
        keys.put("logprobs", flags);
        keys.put("top_logprobs", Arbitraries.of("3", "3.0", "3.5"));
        keys.put("deadline", instants);
        keys.put("when_unavailable", Arbitraries.of("\"wait\"", "\"fail\"", "\"no\""));
        keys.put("history_limit", Arbitraries.of("0", "2", "2.0", "-1", "99999999999"));
        keys.put("return_history", flags);
        keys.put("metadata", objects);
        keys.put("unknown", AnyJson.value());
        return AnyJson.objectOf(keys).withoutEdgeCases();
    }

    private static Arbitrary<String> turn(Arbitrary<String> words, Arbitrary<String> objects) {
        Map<String, Arbitrary<String>> keys = new LinkedHashMap<>();
        keys.put(
                "role",
                Arbitraries.of("\"user\"", "\"user\"", "\"assistant\"", "\"tool\"", "\"system\"", "\"nobody\""));
        keys.put("content", words);
        keys.put("thinking", words);
        keys.put("images", Arbitraries.of("[\"aGk=\"]", "[]", "[\"data:x\"]", "[\"aGk\"]"));
        Arbitrary<String> function = objects.map(arguments -> "{\"name\":\"f\",\"arguments\":" + arguments + "}");
        keys.put(
                "tool_calls",
                Arbitraries.oneOf(function, AnyJson.value())
                        .map(call -> "[{\"id\":\"c1\",\"function\":" + call + "}]"));
        keys.put("tool_name", words);
        keys.put("tool_call_id", words);
        keys.put("ts", AnyJson.value());
        return AnyJson.objectOf(keys);
    }

    private static Arbitrary<String> option() {
        return Combinators.combine(
                        Arbitraries.of("temperature", "num_ctx", "seed", "stop", "num_gpu", "num_predict", "mirostat"),
                        Arbitraries.oneOf(Arbitraries.of("1", "0.5", "2.0", "[\"x\"]", "null"), AnyJson.value()))
                .as(AnyJson::member);
    }

    private static String array(List<String> values) {
        return "[" + String.join(",", values) + "]";
    }

    @Provide
    Arbitrary<BasicProperties> properties() {
        Arbitrary<String> text = Arbitraries.oneOf(
                Arbitraries.of("application/json", "utf-8", "chat.request", "", "amq.gen-1", "r1"),
                Arbitraries.strings().all().ofMaxLength(80));
        Arbitrary<Map<String, Object>> headers = Arbitraries.maps(
                        Arbitraries.of("traceparent", "tracestate", "x-delivery-count", "x-acquired-count", "x-death"),
                        Arbitraries.<Object>of(
                                -1L,
                                Long.MAX_VALUE,
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                List.of("x"),
                                Map.of("a", 1)))
                .ofMaxSize(3);
        return Combinators.combine(text, text, text, text, text, text, headers)
                .as((contentType, encoding, type, messageId, correlationId, replyTo, table) ->
                        new BasicProperties.Builder()
                                .contentType(contentType)
                                .contentEncoding(encoding)
                                .type(type)
                                .messageId(messageId)
                                .correlationId(correlationId)
                                .replyTo(replyTo)
                                .headers(table)
                                .build());
    }
}
