package io.chatworker.worker.prompt;

import static io.chatworker.contracts.ContextWindowReason.DEFAULT;
import static io.chatworker.contracts.ContextWindowReason.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.worker.settings.Env;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionRulesTest {

    @Test
    void theWorkersDefaultsLieUnderTheRequestsOptions() {
        Map<String, Object> requested = new HashMap<>();
        requested.put("temperature", 0.1);
        requested.put("seed", 7);
        requested.put("stop", List.of("\n"));
        requested.put("num_predict", null);

        assertThat(rules(Map.of()).decide(requested).options())
                .containsOnly(
                        entry("temperature", 0.1),
                        entry("num_ctx", 4096),
                        entry("num_predict", 1024),
                        entry("seed", 7),
                        entry("stop", List.of("\n")));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            0,    -,     4096,  DEFAULT
            0,    8192,  8192,  REQUEST
            0,    4096,  4096,  REQUEST
            8192, -,     4096,  DEFAULT
            8192, 8192,  8192,  REQUEST
            8192, 8193,  8192,  LIMIT
            8192, 0,     8192,  LIMIT
            8192, -1,    8192,  LIMIT
            2048, -,     2048,  LIMIT
            2048, 1024,  1024,  REQUEST
            2048, 9223372036854775807, 2048, LIMIT
            """)
    void theContextWindowIsWithinTheMaximum(int most, Long asked, long sent, ContextWindowReason reason) {
        OptionRules.Decided decided = rules(Map.of("CHAT_MAX_NUM_CTX", "" + most))
                .decide(asked == null ? Map.of() : Map.of("num_ctx", asked));

        assertThat(((Number) decided.options().get("num_ctx")).longValue()).isEqualTo(sent);
        assertThat(decided.window().size()).isEqualTo(sent);
        assertThat(decided.window().reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            0,   -,    1024
            0,   -1,   -1
            0,   0,    0
            64,  -,    64
            64,  32,   32
            64,  65,   64
            64,  0,    64
            64,  -2,   64
            """)
    void theLengthIsWithinTheMaximum(int most, Integer asked, int sent) {
        OptionRules.Decided decided = rules(Map.of("CHAT_MAX_NUM_PREDICT", "" + most))
                .decide(asked == null ? Map.of() : Map.of("num_predict", asked));

        assertThat(decided.options()).containsEntry("num_predict", sent);
        assertThat(decided.window().reason()).isEqualTo(DEFAULT);
    }

    @Test
    void aWholeNumberWrittenAsAFractionIsOne() {
        OptionRules.Decided decided =
                rules(Map.of("CHAT_MAX_NUM_CTX", "2048")).decide(Map.of("num_ctx", new BigDecimal("1024.0")));

        assertThat(decided.window().size()).isEqualTo(1024);
        assertThat(decided.window().reason()).isEqualTo(REQUEST);
    }

    private static OptionRules rules(Map<String, String> variables) {
        return new OptionRules(PromptSettings.from(new Env(variables)));
    }
}
