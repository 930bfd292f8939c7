package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WellFormedTest {

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "plain, plain",
        "🌞, 🌞",
        "a\ud83d, a\uFFFD",
        "\ude00a, \uFFFDa",
        "\ude00\ud83d, \uFFFD\uFFFD",
        "\ud83d\ud83d\ude00, \uFFFD\ud83d\ude00"
    })
    void halfPairsAreReplacedAndWholeOnesStay(String text, String wellFormed) {
        assertThat(WellFormed.text(text)).isEqualTo(wellFormed);
    }

    @Test
    void everyTextOfATreeIsMended() {
        JsonNode tree = new JsonMapper().readTree("{\"a\":[\"\\ud83d\",1,null,{\"b\":\"\\ude00x\"}]}");

        assertThat(WellFormed.tree(tree)).hasToString("{\"a\":[\"\uFFFD\",1,null,{\"b\":\"\uFFFDx\"}]}");
    }
}
