package io.chatworker.worker.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.prompt.Agents;
import io.chatworker.worker.prompt.PromptBuilder;
import io.chatworker.worker.prompt.PromptSettings;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.settings.Env;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The contracts module's examples of requests, as the worker takes them. */
class ContractExamplesTest {

    record Example(String name, String body) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Example> valid() throws Exception {
        return examples("examples/v1/chat-request");
    }

    /** The schema's range of top_logprobs is Ollama's; the worker checks the type and leaves the range to Ollama. */
    private static final Set<String> OLLAMAS_TO_SAY =
            Set.of("top-logprobs-negative.json", "top-logprobs-too-many.json");

    static Stream<Example> invalid() throws Exception {
        return Stream.concat(
                        examples("examples/v1/invalid/chat-request"),
                        examples("examples/v1/invalid-beyond-schema/chat-request"))
                .filter(example -> !OLLAMAS_TO_SAY.contains(example.name()));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void everyValidExampleIsReadAsTheContractsRecord(Example example) {
        Decoded decoded = Decoding.decode(example.body());

        assertThat(decoded.rejection()).isNull();
        var mapper = WorkerMapper.get();
        assertThat(mapper.<JsonNode>valueToTree(decoded.chat().request()))
                .isEqualTo(mapper.valueToTree(mapper.readValue(example.body(), ChatRequest.class)));
        assertThatCode(() -> prompts().build(decoded.chat().request())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void everyInvalidExampleIsRejected(Example example) {
        Decoded decoded = Decoding.decode(example.body());
        Rejection rejection = decoded.rejection();
        if (rejection == null) {
            rejection = catchThrowableOfType(
                    Rejection.class, () -> prompts().build(decoded.chat().request()));
        }

        assertThat(rejection).isNotNull();
        assertThat(rejection.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void aTopLogprobsThatOllamaWillRefuseIsPassedOn() {
        assertThat(Decoding.decode("{\"message\":\"a\",\"top_logprobs\":99}").rejection())
                .isNull();
        assertThat(Decoding.decode("{\"message\":\"a\",\"top_logprobs\":-1}").rejection())
                .isNull();
    }

    private static PromptBuilder prompts() {
        return new PromptBuilder(PromptSettings.from(new Env(Map.of())), new Agents(null));
    }

    private static Stream<Example> examples(String folder) throws Exception {
        URI uri =
                ContractExamplesTest.class.getClassLoader().getResource(folder).toURI();
        if (!uri.getScheme().equals("jar")) {
            return list(Path.of(uri));
        }
        try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
            return list(jar.getPath(folder));
        }
    }

    private static Stream<Example> list(Path folder) throws IOException {
        Map<String, Example> examples = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                examples.put(name, new Example(name, Files.readString(file)));
            }
        }
        assertThat(examples).isNotEmpty();
        return examples.values().stream();
    }
}
