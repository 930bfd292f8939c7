package io.chatworker.worker.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.worker.settings.Env;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "my_ollama,                      http://my_ollama:11434/",
        "ollama_1.my_net:80,             http://ollama_1.my_net/",
        "https://my_ollama/a_b,          https://my_ollama/a_b/",
        "[::1]:1234,                     http://[::1]:1234/"
    })
    void ollamasHostIsTheHostOfItsHttpAddress(String host, String url) {
        assertThat(OllamaSettings.url(host)).hasToString(url);
    }

    @ParameterizedTest
    @CsvSource({
        "'authorization: Basic secret', OLLAMA_HEADERS must not hold Authorization where OLLAMA_API_KEY is set",
        "secret, OLLAMA_HEADERS must be headers as"
    })
    void badHeadersStopTheStartWithWordsThatNameThemAndNoSecret(String headers, String words) {
        Env env = new Env(Map.of("OLLAMA_API_KEY", "k", "OLLAMA_HEADERS", headers));
        OllamaSettings.from(env);

        assertThatThrownBy(env::check).hasMessageContaining(words).message().doesNotContain("secret");
    }
}
