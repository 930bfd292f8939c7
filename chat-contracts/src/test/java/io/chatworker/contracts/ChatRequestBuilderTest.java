package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChatRequestBuilderTest {

    static List<Path> examples() {
        return ContractFiles.jsonFiles(ContractFiles.EXAMPLES.resolve("chat-request"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aRequestIsBuiltAgainAsItWas(Path example) {
        ChatRequest request = ContractFiles.JSON.treeToValue(ContractFiles.read(example), ChatRequest.class);

        assertThat(request.toBuilder().build()).isEqualTo(request);
    }

    @Test
    void everyKeyCanBeSet() {
        List<String> keys = Arrays.stream(ChatRequest.class.getRecordComponents())
                .map(key -> key.getName())
                .toList();

        assertThat(Arrays.stream(ChatRequestBuilder.class.getDeclaredMethods()).map(method -> method.getName()))
                .containsAll(keys);
    }
}
