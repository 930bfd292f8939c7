package io.chatworker.worker.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/** A tree that is written as it was read, also by way of maps. */
class NumbersAsReceivedTest {

    private static final ObjectReader READER =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e2",
                "1E+2",
                "1e-7",
                "0.0000001",
                "1.50",
                "100",
                "-0",
                "-0.0",
                "0e5",
                "1e+21",
                "12345678901234567890123",
                "1e400",
                "[{\"a\":[1.0,\"x\",true,false,null,{}],\"b\":-1}]"
            })
    void itIsWrittenAsItWasRead(String json) {
        JsonNode tree;
        try (JsonParser parser = Json.MAPPER.createParser("[" + json + "]")) {
            parser.nextToken();
            tree = NumbersAsReceived.read(parser, READER);
        }

        assertThat(Json.MAPPER.writeValueAsString(tree)).isEqualTo("[" + json + "]");
        List<Object> list = Json.MAPPER.convertValue(tree, new TypeReference<>() {});
        assertThat(Json.MAPPER.writeValueAsString(Map.of("k", list))).isEqualTo("{\"k\":[" + json + "]}");
        assertThat(tree).isEqualTo(tree.deepCopy());
    }
}
