package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class AsyncApiTest {

    private static final JsonNode DOCUMENT = YAMLMapper.shared().readTree(ContractFiles.ASYNC_API);

    @Test
    void exchangesAreThoseOfTheTopology() {
        Topology names = Topology.DEFAULT;

        assertThat(bindings("exchange", "name").stream().filter(name -> !name.isEmpty()))
                .containsExactlyInAnyOrderElementsOf(names.exchanges());
    }

    @Test
    void queuesAreThoseOfTheTopology() {
        Topology names = Topology.DEFAULT;

        assertThat(bindings("queue", "name"))
                .containsExactlyInAnyOrder(
                        names.requests(),
                        "{queue}",
                        names.control() + ".{worker}.{random}",
                        names.toolResultsPrefix() + "{worker}.{random}",
                        names.deadLetters(),
                        names.rejected());
    }

    @Test
    void argumentsNameTheExchangesOfTheTopology() {
        Topology names = Topology.DEFAULT;

        assertThat(DOCUMENT.at("/channels/requests/x-amqp-arguments/alternate-exchange")
                        .asString())
                .isEqualTo(names.requestsDefault());
        for (String queue : List.of("requestsQueue", "poolQueue")) {
            assertThat(DOCUMENT.at("/channels/" + queue + "/x-amqp-arguments/x-dead-letter-exchange")
                            .asString())
                    .isEqualTo(names.deadLetters());
        }
        assertThat(DOCUMENT.at("/channels/poolQueue/x-amqp-arguments"))
                .isEqualTo(DOCUMENT.at("/channels/requestsQueue/x-amqp-arguments"));
    }

    @ParameterizedTest
    @EnumSource(EventName.class)
    void everyEventHasItsTypeSchemaAndExchange(EventName event) {
        JsonNode message = DOCUMENT.at("/components/messages/" + event.wire());
        boolean terminal = TerminalEvent.class.isAssignableFrom(ContractFiles.RECORDS.get(event.wire()));
        String channel = terminal ? "completions" : "chunks";

        assertThat(message.at("/bindings/amqp/messageType").asString()).isEqualTo(Contract.type(event));
        assertThat(message.get("name").asString()).isEqualTo(Contract.type(event));
        assertThat(message.at("/payload/schema/$ref").asString())
                .isEqualTo("../schema/v1/" + event.wire() + ".schema.json");
        assertThat(DOCUMENT.at("/channels/" + channel + "/messages").has(event.wire()))
                .isTrue();
        assertThat(DOCUMENT.at("/channels/replies/messages").has(event.wire())).isTrue();
    }

    @Test
    void eventsOfTheRoutingKeyAreThoseOfTheLibrary() {
        assertThat(DOCUMENT.at("/components/parameters/event/enum"))
                .map(JsonNode::asString)
                .containsExactly(
                        Arrays.stream(EventName.values()).map(EventName::wire).toArray(String[]::new));
        assertThat(DOCUMENT.at("/channels/chunks/address").asString())
                .isEqualTo("{conversation_id}.{request_id}.{event}")
                .isEqualTo(DOCUMENT.at("/channels/completions/address").asString());
    }

    @Test
    void otherMessagesHaveTheirTypes() {
        Map<String, String> types = Map.of(
                "chatRequest", Contract.TYPE_REQUEST,
                "cancel", Contract.TYPE_CANCEL,
                "toolCall", Contract.TYPE_TOOL_CALL,
                "toolResult", Contract.TYPE_TOOL_RESULT,
                "describe", Contract.TYPE_DESCRIBE,
                "description", Contract.TYPE_DESCRIPTION);

        assertThat(types)
                .allSatisfy((message, type) -> assertThat(
                                DOCUMENT.at("/components/messages/" + message + "/bindings/amqp/messageType")
                                        .asString())
                        .isEqualTo(type));
    }

    @Test
    void everySchemaOfAMessageAndEveryExampleIsReferredTo() {
        List<Path> referred = references(reference -> !reference.startsWith("#")).stream()
                .map(AsyncApiTest::file)
                .toList();

        assertThat(referred).allSatisfy(file -> assertThat(file).exists());
        assertThat(referred).containsAll(ContractFiles.examples().toList());
        assertThat(referred)
                .containsAll(ContractFiles.RECORDS.keySet().stream()
                        .map(message -> ContractFiles.SCHEMAS.resolve(message + ".schema.json"))
                        .toList());
    }

    @Test
    void everyReferenceWithinTheDocumentLeadsSomewhere() {
        assertThat(references(reference -> reference.startsWith("#")))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                DOCUMENT.at(reference.substring(1)).isMissingNode())
                        .isFalse());
    }

    @Test
    void headersOfDeadLettersAreThoseOfTheLibrary() throws IllegalAccessException {
        List<String> names = new ArrayList<>();
        for (Field field : DeadLetterHeaders.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                names.add((String) field.get(null));
            }
        }

        assertThat(DOCUMENT.at("/components/schemas/deadLetterHeaders/properties")
                        .propertyNames())
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void noLineIsAnAnchorSinceSomeReadersDoNotFollowThem() throws IOException {
        assertThat(Files.readAllLines(ContractFiles.ASYNC_API)).noneMatch(line -> line.matches(".*: [&*][a-z].*"));
    }

    private static List<String> bindings(String kind, String key) {
        List<String> names = new ArrayList<>();
        for (JsonNode channel : DOCUMENT.get("channels")) {
            JsonNode binding = channel.at("/bindings/amqp/" + kind);
            if (binding.has(key)) {
                names.add(binding.get(key).asString());
            }
        }
        return names;
    }

    private static List<String> references(Predicate<String> wanted) {
        return DOCUMENT.findValues("$ref").stream()
                .map(JsonNode::asString)
                .filter(wanted)
                .toList();
    }

    private static Path file(String reference) {
        return ContractFiles.ASYNC_API.getParent().resolve(reference).normalize();
    }
}
