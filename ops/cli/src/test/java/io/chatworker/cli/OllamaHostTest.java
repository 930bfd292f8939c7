package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaHostTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|http://127.0.0.1:11434",
                "example.com|http://example.com:11434",
                "example.com:1234|http://example.com:1234",
                "http://example.com|http://example.com:80",
                "https://example.com|https://example.com:443",
                "https://example.com/ollama/|https://example.com:443/ollama",
                "ollama.com|https://ollama.com:443",
                ":1234|http://127.0.0.1:1234",
                "0.0.0.0|http://127.0.0.1:11434",
                "0.0.0.0:8080|http://127.0.0.1:8080",
                "[::]:8080|http://[::1]:8080",
                "[::1]|http://[::1]:11434",
                "::1|http://[::1]:11434",
                "example.com:66000|http://example.com:11434",
                "' example.com '|http://example.com:11434",
                "\"1.2.3.4:99\"|http://1.2.3.4:99"
            })
    void theHostIsReadAsOllamaReadsIt(String text, String uri) {
        assertThat(OllamaHost.parse(text)).hasToString(uri);
    }
}
