package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ExamplesTest {

    @Test
    void everyMessageHasAnExample() {
        assertThat(ContractFiles.RECORDS.keySet())
                .allSatisfy(message -> assertThat(ContractFiles.jsonFiles(ContractFiles.EXAMPLES.resolve(message)))
                        .isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleFitsItsSchema(Path example) {
        assertThat(Schemas.problems(ContractFiles.messageOf(example), ContractFiles.read(example)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleComesBackFromItsRecordUnchanged(Path example) {
        JsonNode body = ContractFiles.read(example);

        assertThat(throughRecord(body, example)).isEqualTo(body);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void unknownKeysAreAcceptedBySchemaAndIgnoredByRecord(Path example) {
        JsonNode body = ContractFiles.read(example);
        ObjectNode more = ((ObjectNode) body.deepCopy()).put("key_of_tomorrow", 1);
        more.putObject("object_of_tomorrow").put("key", "value");

        assertThat(Schemas.problems(ContractFiles.messageOf(example), more)).isEmpty();
        assertThat(throughRecord(more, example)).isEqualTo(body);
    }

    @ParameterizedTest
    @MethodSource("invalidExamples")
    void schemaRefusesWhatMustBeRefused(Path example) {
        assertThat(Schemas.problems(ContractFiles.messageOf(example), ContractFiles.read(example)))
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("examplesBeyondSchema")
    void whatASchemaCannotSayIsValidByTheSchemaOrNotJson(Path example) {
        assertThat(readStrictly(example))
                .satisfiesAnyOf(
                        body -> assertThat(body).isEmpty(),
                        body -> assertThat(Schemas.problems(ContractFiles.messageOf(example), body.orElseThrow()))
                                .isEmpty());
    }

    @Test
    void otherKeysOfATurnAreKept() {
        Path example = ContractFiles.EXAMPLES.resolve("chat-request/history.json");

        ChatRequest request = ContractFiles.JSON.treeToValue(ContractFiles.read(example), ChatRequest.class);

        assertThat(request.messages().getLast().other())
                .containsEntry("sent_by", "ada@example.com")
                .containsEntry("edited", true);
    }

    @Test
    void nullInARequestIsAsAbsent() {
        ObjectNode body = (ObjectNode) ContractFiles.read(ContractFiles.EXAMPLES.resolve("chat-request/whole.json"));
        for (String key : List.copyOf(body.propertyNames())) {
            if (!key.equals("message")) {
                body.putNull(key);
            }
        }

        assertThat(Schemas.problems("chat-request", body)).isEmpty();
        assertThat(ContractFiles.JSON.treeToValue(body, ChatRequest.class))
                .isEqualTo(ContractFiles.JSON.readValue(
                        "{\"message\":\"Tell me everything about the blue sky.\"}", ChatRequest.class));
    }

    @Test
    void historyEndsWithTheAnswer() {
        assertThat(ContractFiles.examples().map(ContractFiles::read)).allSatisfy(body -> {
            JsonNode said = body.path("message").isObject() ? body.path("message") : body.path("partial");
            JsonNode history = body.path("history");
            if (history.isArray() && said.isObject()) {
                assertThat(history.get(history.size() - 1)).isEqualTo(said);
            }
        });
    }

    @Test
    void failuresAreAsRetryableAsTheirCode() {
        assertThat(ContractFiles.jsonFiles(ContractFiles.EXAMPLES.resolve("failed")))
                .map(file -> ContractFiles.JSON.treeToValue(ContractFiles.read(file), Failed.class))
                .allSatisfy(failed -> assertThat(failed.retryable())
                        .isEqualTo(failed.error().code().retryable()));
    }

    @Test
    void aTurnThatIsReadEqualsOneThatIsMade() {
        assertThat(ContractFiles.JSON.readValue("{\"role\":\"user\",\"content\":\"Hello\"}", ChatMessage.class))
                .isEqualTo(ChatMessage.user("Hello"));
    }

    @Test
    void aTurnNeedsNoContent() {
        assertThatCode(() -> ContractFiles.JSON.readValue("{\"role\":\"user\"}", ChatMessage.class))
                .doesNotThrowAnyException();
    }

    private static JsonNode throughRecord(JsonNode body, Path example) {
        Object message = ContractFiles.JSON.treeToValue(body, ContractFiles.recordOf(example));
        return ContractFiles.JSON.readTree(ContractFiles.JSON.writeValueAsString(message));
    }

    /** As the worker reads: one JSON value without duplicate keys, or nothing. */
    private static Optional<JsonNode> readStrictly(Path file) {
        try {
            return Optional.of(ContractFiles.JSON
                    .readerFor(JsonNode.class)
                    .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readValue(file.toFile()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    static Stream<Path> examples() {
        return ContractFiles.examples();
    }

    static List<Path> invalidExamples() {
        return ContractFiles.jsonFiles(ContractFiles.INVALID);
    }

    static List<Path> examplesBeyondSchema() {
        return ContractFiles.jsonFiles(ContractFiles.BEYOND_SCHEMA);
    }
}
