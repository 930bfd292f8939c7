package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class SchemaTest {

    @ParameterizedTest
    @MethodSource("schemas")
    void schemaIsAValidSchemaAndNamedAsItsFile(Path file) {
        JsonNode schema = ContractFiles.read(file);

        assertThat(Schemas.problemsOfSchema(schema)).isEmpty();
        assertThat(schema.get("$id").asString()).isEqualTo(file.getFileName().toString());
    }

    @ParameterizedTest
    @MethodSource("recordsInSchemas")
    void schemaHasTheKeysOfTheRecord(Class<?> record, String file, String pointer) {
        JsonNode schema = schema(file).at(pointer);

        assertThat(properties(schema)).containsExactlyInAnyOrderElementsOf(keys(record, component -> true));
    }

    @ParameterizedTest
    @MethodSource("recordsInSchemas")
    void schemaRequiresWhatTheRecordDoes(Class<?> record, String file, String pointer) {
        JsonNode schema = schema(file).at(pointer);

        assertThat(required(schema)).containsExactlyInAnyOrderElementsOf(keys(record, SchemaTest::isNeverNull));
    }

    @ParameterizedTest
    @MethodSource("enumsInSchemas")
    void schemaHasTheWireNamesOfTheEnum(List<String> wireNames, String file, String pointer) {
        assertThat(strings(schema(file).at(pointer))).containsExactlyInAnyOrderElementsOf(wireNames);
    }

    @Test
    void goodAndTransientCodesAreThoseOfTheEnum() {
        assertThat(strings(schema("failed").at("/$defs/for_good/enum"))).isEqualTo(codes(false));
        assertThat(strings(schema("failed").at("/$defs/transient/enum"))).isEqualTo(codes(true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"r17", "a", "A-b_9", "0123456789012345678901234567890123456789012345678901234567890123"})
    void idsOfTheSchemaAreIdsOfTheLibrary(String id) {
        assertThat(Contract.isId(id)).isTrue();
        assertThat(Schemas.problems("cancel-command", object("request_id", id))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "r.17",
                "r 17",
                "ä",
                "r#",
                "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void noIdOfTheSchemaIsNoIdOfTheLibrary(String id) {
        assertThat(Contract.isId(id)).isFalse();
        assertThat(Schemas.problems("cancel-command", object("request_id", id))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5m", "1h30m", "0", "+0", "-1m", "+5s", "1.5h", ".5s", "1.s", "1h1m1s1ms1us1µs1μs1ns"})
    void keepAliveIsADurationOfGo(String duration) {
        assertThat(Schemas.problems("chat-request", keepAlive(duration))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "300", "-1", "5 m", "1d", "m", "1h30", ".s", "1H", "--1m", "1,5h", "00"})
    void keepAliveIsNothingElse(String duration) {
        assertThat(Schemas.problems("chat-request", keepAlive(duration))).isNotEmpty();
    }

    @Test
    void anImageOfMegabytesIsCheckedWithoutOverflowingTheStack() {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ObjectNode turn = request.putArray("messages").addObject().put("role", "user");
        turn.putArray("images").add("iVBORw0K".repeat(500_000));

        assertThat(Schemas.problems("chat-request", request)).isEmpty();
    }

    static List<Path> schemas() {
        return ContractFiles.jsonFiles(ContractFiles.SCHEMAS);
    }

    static Stream<Arguments> recordsInSchemas() {
        return Stream.of(
                Arguments.of(ChatRequest.class, "chat-request", ""),
                Arguments.of(ChatMessage.class, "chat-message", ""),
                Arguments.of(Started.class, "started", ""),
                Arguments.of(Waiting.class, "waiting", ""),
                Arguments.of(Chunk.class, "chunk", ""),
                Arguments.of(ToolCallEvent.class, "tool_call", ""),
                Arguments.of(ToolResultEvent.class, "tool_result", ""),
                Arguments.of(ToolCall.class, "tool-call", ""),
                Arguments.of(ToolResult.class, "tool-result", ""),
                Arguments.of(Completed.class, "completed", ""),
                Arguments.of(ExecutedToolCall.class, "completed", "/properties/tool_calls_executed/items"),
                Arguments.of(Usage.class, "completed", "/properties/usage"),
                Arguments.of(Timings.class, "completed", "/properties/timings"),
                Arguments.of(ContextWindow.class, "completed", "/properties/context_window"),
                Arguments.of(Failed.class, "failed", ""),
                Arguments.of(ChatError.class, "failed", "/properties/error"),
                Arguments.of(
                        Problem.class,
                        "failed",
                        "/$defs/details_of_invalid_request/then/properties/details/properties/problems/items"),
                Arguments.of(Cancelled.class, "cancelled", ""),
                Arguments.of(CancelCommand.class, "cancel-command", ""),
                Arguments.of(DescribeCommand.class, "describe-command", ""),
                Arguments.of(Description.class, "description", ""),
                Arguments.of(Description.Model.class, "description", "/properties/models/items"));
    }

    static Stream<Arguments> enumsInSchemas() {
        return Stream.of(
                Arguments.of(wire(Overflow.values(), Overflow::wire), "chat-request", "/properties/overflow/enum"),
                Arguments.of(
                        wire(WhenUnavailable.values(), WhenUnavailable::wire),
                        "chat-request",
                        "/properties/when_unavailable/enum"),
                Arguments.of(wire(WaitingReason.values(), WaitingReason::wire), "waiting", "/properties/reason/enum"),
                Arguments.of(wire(CancelReason.values(), CancelReason::wire), "cancelled", "/properties/reason/enum"),
                Arguments.of(
                        wire(ContextWindowReason.values(), ContextWindowReason::wire),
                        "completed",
                        "/properties/context_window/properties/reason/enum"),
                Arguments.of(
                        List.of(ChatMessage.SYSTEM, ChatMessage.USER, ChatMessage.ASSISTANT, ChatMessage.TOOL),
                        "chat-message",
                        "/properties/role/enum"));
    }

    private static <E> List<String> wire(E[] values, Function<E, String> name) {
        return Arrays.stream(values).map(name).toList();
    }

    private static List<String> codes(boolean retryable) {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.retryable() == retryable)
                .map(ErrorCode::wire)
                .toList();
    }

    private static JsonNode schema(String name) {
        return ContractFiles.read(ContractFiles.SCHEMAS.resolve(name + ".schema.json"));
    }

    private static Set<String> properties(JsonNode schema) {
        Set<String> names = new TreeSet<>(schema.path("properties").propertyNames());
        if (isEvent(schema)) {
            names.addAll(common().at("/$defs/event/properties").propertyNames());
        }
        return names;
    }

    private static Set<String> required(JsonNode schema) {
        Set<String> names = new TreeSet<>(strings(schema.path("required")));
        if (isEvent(schema)) {
            names.addAll(strings(common().at("/$defs/event/required")));
        }
        return names;
    }

    private static boolean isEvent(JsonNode schema) {
        return schema.path("$ref").asString("").equals("common.schema.json#/$defs/event");
    }

    private static JsonNode common() {
        return schema("common");
    }

    /** The strings of an array; null, which stands in a request's enums for absent, is left out. */
    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        for (JsonNode item : array) {
            if (!item.isNull()) {
                strings.add(item.asString());
            }
        }
        return strings;
    }

    private static List<String> keys(Class<?> record, Predicate<RecordComponent> wanted) {
        return Arrays.stream(record.getRecordComponents())
                .filter(component -> component.getAccessor().isAnnotationPresent(JsonProperty.class))
                .filter(wanted)
                .map(component -> component
                        .getAccessor()
                        .getAnnotation(JsonProperty.class)
                        .value())
                .toList();
    }

    private static boolean isNeverNull(RecordComponent component) {
        return !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static ObjectNode object(String key, String value) {
        return JsonNodeFactory.instance.objectNode().put(key, value);
    }

    private static ObjectNode keepAlive(String duration) {
        return object("message", "Hello").put("keep_alive", duration);
    }
}
