package io.chatworker.worker.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.worker.settings.Env;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaHeaderTest {

    @Test
    void headersAreSplitAtBarsAndNamesAtTheFirstColon() {
        assertThat(OllamaHeader.parse("CF-Access-Client-Id: a.b | Authorization:Basic dTpw== |Cookie: a=b; c=d:e| "))
                .containsExactly(
                        new OllamaHeader("CF-Access-Client-Id", "a.b"),
                        new OllamaHeader("Authorization", "Basic dTpw=="),
                        new OllamaHeader("Cookie", "a=b; c=d:e"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"secret", "X-A", "X-A:", ": secret", "X A: secret", "X-A: sécret", "X-A: sec\nret", "é: secret"})
    void whatIsNoHeaderIsNamedByItsPlaceAndNotQuoted(String entry) {
        assertThatThrownBy(() -> OllamaHeader.parse("X-Fine: 1|" + entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("; header 2 is not")
                .hasMessageStartingWith("headers as 'Name: value', separated by '|'")
                .message()
                .doesNotContain("cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "Connection", "Accept-Encoding", "Traceparent"})
    void whatTheWorkerSetsItselfIsNotSetFromOutside(String name) {
        assertThatThrownBy(() -> OllamaHeader.parse(name + ": secret"))
                .hasMessageEndingWith("; " + name + " is the worker's own")
                .message()
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "'authorization: Basic secret', OLLAMA_HEADERS must not hold Authorization where OLLAMA_API_KEY is set",
        "secret, OLLAMA_HEADERS must be headers as"
    })
    void aBadSettingStopsTheStartWithWordsThatNameItAndNoSecret(String headers, String words) {
        Env env = new Env(Map.of("OLLAMA_API_KEY", "k", "OLLAMA_HEADERS", headers));
        OllamaSettings.from(env);

        assertThatThrownBy(env::check).hasMessageContaining(words).message().doesNotContain("secret");
    }
}
