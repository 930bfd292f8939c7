package io.chatworker.contracts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files that this module publishes beside its classes, and which record reads which. */
final class ContractFiles {

    static final Path ROOT = Path.of("src/main/resources");
    static final Path EXAMPLES = ROOT.resolve("examples/v1");
    static final Path INVALID = EXAMPLES.resolve("invalid");
    static final Path BEYOND_SCHEMA = EXAMPLES.resolve("invalid-beyond-schema");
    static final Path SEQUENCES = ROOT.resolve("sequences/v1");
    static final Path SCHEMAS = ROOT.resolve("schema/v1");
    static final Path ASYNC_API = ROOT.resolve("asyncapi/chat-worker.asyncapi.yaml");

    static final Map<String, Class<?>> RECORDS = Map.ofEntries(
            Map.entry("chat-request", ChatRequest.class),
            Map.entry("started", Started.class),
            Map.entry("waiting", Waiting.class),
            Map.entry("chunk", Chunk.class),
            Map.entry("tool_call", ToolCallEvent.class),
            Map.entry("tool_result", ToolResultEvent.class),
            Map.entry("completed", Completed.class),
            Map.entry("failed", Failed.class),
            Map.entry("cancelled", Cancelled.class),
            Map.entry("tool-call", ToolCall.class),
            Map.entry("tool-result", ToolResult.class),
            Map.entry("cancel-command", CancelCommand.class),
            Map.entry("describe-command", DescribeCommand.class),
            Map.entry("description", Description.class));

    static final JsonMapper JSON = JsonMapper.shared();

    private ContractFiles() {}

    /** The example files of every message, without the invalid ones. */
    static Stream<Path> examples() {
        return RECORDS.keySet().stream().sorted().flatMap(message -> jsonFiles(EXAMPLES.resolve(message)).stream());
    }

    static List<Path> jsonFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An example lies in the folder of its message. */
    static String messageOf(Path example) {
        return example.getParent().getFileName().toString();
    }

    static Class<?> recordOf(Path example) {
        return RECORDS.get(messageOf(example));
    }

    static JsonNode read(Path file) {
        return JSON.readTree(file);
    }

    static ChatEvent event(JsonNode nameAndBody) {
        String name = nameAndBody.get("event").asString();
        return (ChatEvent) JSON.treeToValue(nameAndBody.get("body"), RECORDS.get(name));
    }
}
