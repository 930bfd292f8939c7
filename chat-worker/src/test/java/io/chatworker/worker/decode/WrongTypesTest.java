package io.chatworker.worker.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.WorkerMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every field that the contract's schemas name, with a value of every type that they do not allow there. */
class WrongTypesTest {

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("classpath:schema/v1/chat-request.schema.json"));

    private static final List<String> VALUES =
            List.of("true", "7", "1.5", "\"a b.\"", "[]", "[7]", "{}", "{\"a\":1}", "[{\"a\":[]}]");

    /** A request with {@code %s} in the place of an object's members, and the pointer to that object. */
    private record Place(String request, String pointer) {}

    private static final Place REQUEST = new Place("{%s}", "");
    private static final Place OPTIONS = new Place("{\"message\":\"Hi\",\"options\":{%s}}", "/options");
    private static final Place TURN =
            new Place("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{%s}]}", "/messages/1");
    private static final Place CALL = new Place(
            "{\"message\":\"Hi\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{%s}]}]}",
            "/messages/0/tool_calls/0");
    private static final Place FUNCTION = new Place(
            "{\"message\":\"Hi\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{%s}}]}]}",
            "/messages/0/tool_calls/0/function");

    static Stream<Arguments> fields() throws IOException {
        JsonNode call = schema("common").at("/$defs/tool_call");
        return Stream.of(
                        at(REQUEST, schema("chat-request"), "message", "\"Hi\""),
                        at(OPTIONS, schema("options"), "", ""),
                        at(TURN, schema("chat-message"), "role", "\"user\""),
                        at(CALL, call, "function", "{\"name\":\"f\"}"),
                        at(FUNCTION, call.at("/properties/function"), "name", "\"f\""))
                .flatMap(fields -> fields);
    }

    /** Each field of an object, beside one that must be there. */
    private static Stream<Arguments> at(Place place, JsonNode schema, String needed, String value) {
        assertThat(schema.path("properties")).isNotEmpty();
        return schema.path("properties").propertyNames().stream()
                .map(field -> Arguments.of(
                        place.pointer + "/" + field,
                        field.equals(needed) || needed.isEmpty()
                                ? place.request
                                : place.request.formatted("\"" + needed + "\":" + value + ",%s"),
                        field));
    }

    private static JsonNode schema(String name) throws IOException {
        try (InputStream in = WrongTypesTest.class.getResourceAsStream("/schema/v1/" + name + ".schema.json")) {
            return WorkerMapper.get().readTree(in);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void aValueOfAWrongTypeIsRejectedWhereItIs(String pointer, String request, String field) {
        int wrong = 0;
        for (String value : VALUES) {
            String body = request.formatted("\"" + field + "\":" + value);
            if (SCHEMA.validate(WorkerMapper.get().readTree(body)).isEmpty()) {
                continue;
            }
            wrong++;
            Decoded decoded = Decoding.decode(body.getBytes(UTF_8));

            assertThat(decoded.rejection()).as(body).isNotNull();
            assertThat(decoded.rejection().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(Decoding.paths(decoded))
                    .as(body)
                    .isNotEmpty()
                    .allMatch(path -> path.equals(pointer) || path.startsWith(pointer + "/"));
        }
        assertThat(wrong).isGreaterThanOrEqualTo(5);
    }
}
