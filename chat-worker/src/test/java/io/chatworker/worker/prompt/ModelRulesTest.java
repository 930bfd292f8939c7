package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.settings.Env;
import io.chatworker.worker.testing.Law;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelRulesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *                     | qwen2.5:3b-instruct      | true
            *                     | hf.co/a/b:Q4_K_M         | true
            qwen2.5:3b-instruct   | qwen2.5:3b-instruct      | true
            qwen2.5:3b-instruct   | QWEN2.5:3B-Instruct      | true
            QWEN2.5:3b-instruct   | qwen2.5:3b-instruct      | true
            qwen2.5:3b-instruct   | qwen2.5:7b-instruct      | false
            qwen2.5:3b-instruct   | qwen2.5                  | false
            llama3.2              | llama3.2                 | true
            llama3.2              | llama3.2:latest          | true
            llama3.2              | Llama3.2:Latest          | true
            llama3.2:latest       | llama3.2                 | true
            llama3.2              | llama3.2:1b              | false
            llama3.2              | llama3x2                 | false
            llama3.2*             | llama3.2:1b              | true
            llama3.2:*            | llama3.2                 | true
            llama*                | other                    | false
            a,b:1                 | b:1                      | true
            a,b:1                 | b                        | false
            host:5000/a/b         | host:5000/a/b:latest     | true
            host:5000/a/*         | host:5000/a/b            | true
            """)
    void namesAreComparedInLowerCaseWithLatestWhereThereIsNoTag(String allowed, String model, boolean allows) {
        assertThat(rules(allowed).allows(model)).isEqualTo(allows);
    }

    @ParameterizedTest
    @Law(7)
    @DisplayName("A conversation leaves the house only by a pattern that says so")
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            *              | gpt-oss:120b-cloud      | false
            *              | gpt-oss:120b-CLOUD      | false
            *              | gpt-oss:cloud           | false
            *              | gpt-oss-cloud           | false
            gpt-oss*       | gpt-oss:120b-cloud      | false
            *              | 'gpt-oss:120b-cloud '   | false
            *              | 'gpt-oss:cloud\u00a0'   | false
            *              | 'gpt-oss: cloud'        | false
            *              | '\tgpt-oss:cloud\n'     | false
            *-cloud        | gpt-oss:120b-cloud      | true
            *-CLOUD        | gpt-oss:120b-cloud      | true
            *-cloud        | gpt-oss:cloud           | false
            *:cloud        | gpt-oss:cloud           | true
            *:cloud        | GPT-oss:Cloud           | true
            *:cloud        | gpt-oss:120b-cloud      | false
            *cloud         | gpt-oss:cloud           | false
            gpt-oss:cloud  | gpt-oss:cloud           | true
            gpt-oss:cloud  | other:cloud             | false
            *:cloud        | gpt-oss:20b             | false
            *,*:cloud      | gpt-oss:cloud           | true
            *              | cloud                   | true
            *              | my-cloud-model          | true
            *              | my-cloud:1b             | true
            """)
    void aCloudModelTakesACloudPattern(String allowed, String model, boolean allows) {
        assertThat(rules(allowed).allows(model)).isEqualTo(allows);
    }

    @ParameterizedTest
    @CsvSource({
        "Gemma3, gemma3:latest",
        "gemma3:270M, gemma3:270m",
        "HF.co/a/B, hf.co/a/b:latest",
        "host:5000/a/b, host:5000/a/b:latest",
        "host:5000/a/b:T, host:5000/a/b:t"
    })
    void theCanonicalNameIsInLowerCaseWithItsTag(String model, String canonical) {
        assertThat(ModelRules.canonical(model)).isEqualTo(canonical);
    }

    private static ModelRules rules(String allowed) {
        return new ModelRules(PromptSettings.from(new Env(Map.of("CHAT_MODELS_ALLOWED", allowed)))
                .allowedModels());
    }
}
