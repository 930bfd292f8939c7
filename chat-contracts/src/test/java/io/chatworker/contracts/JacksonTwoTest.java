package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JacksonTwoTest {

    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    @ParameterizedTest
    @MethodSource("examples")
    void exampleComesBackFromItsRecordUnchanged(Path example) throws IOException {
        Object message = JSON.readValue(example.toFile(), ContractFiles.recordOf(example));

        assertThat(JSON.readTree(JSON.writeValueAsString(message))).isEqualTo(JSON.readTree(example.toFile()));
    }

    @Test
    void unknownKeysAreIgnoredThoughTheMapperWouldRefuseThem() throws JsonProcessingException {
        assertThat(JSON.readValue("{\"request_id\":\"r17\",\"key_of_tomorrow\":1}", CancelCommand.class))
                .isEqualTo(new CancelCommand("r17", null, null));
        assertThat(JSON.isEnabled(SerializationFeature.FAIL_ON_EMPTY_BEANS)).isTrue();
        assertThat(JSON.writeValueAsString(new DescribeCommand())).isEqualTo("{}");
    }

    static Stream<Path> examples() {
        return ContractFiles.examples();
    }
}
