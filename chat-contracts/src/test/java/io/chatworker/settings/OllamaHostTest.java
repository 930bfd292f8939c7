package io.chatworker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first part is the table of Ollama's own envconfig/config_test.go, as a client connects to it. */
class OllamaHostTest {

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            ``                          | http://127.0.0.1:11434/
            1.2.3.4                     | http://1.2.3.4:11434/
            :1234                       | http://127.0.0.1:1234/
            1.2.3.4:1234                | http://1.2.3.4:1234/
            example.com                 | http://example.com:11434/
            example.com:1234            | http://example.com:1234/
            :66000                      | http://127.0.0.1:11434/
            :-1                         | http://127.0.0.1:11434/
            [::1]                       | http://[::1]:11434/
            [::]                        | http://[::1]:11434/
            ::1                         | http://[::1]:11434/
            [::1]:1337                  | http://[::1]:1337/
            ` 1.2.3.4 `                 | http://1.2.3.4:11434/
            "1.2.3.4"                   | http://1.2.3.4:11434/
            ` " 1.2.3.4 " `             | http://1.2.3.4:11434/
            '1.2.3.4'                   | http://1.2.3.4:11434/
            http://1.2.3.4              | http://1.2.3.4:80/
            http://1.2.3.4:4321         | http://1.2.3.4:4321/
            https://1.2.3.4             | https://1.2.3.4:443/
            https://1.2.3.4:4321        | https://1.2.3.4:4321/
            https://example.com/ollama  | https://example.com:443/ollama/

            0.0.0.0                     | http://127.0.0.1:11434/
            0.0.0.0:1234                | http://127.0.0.1:1234/
            ::                          | http://[::1]:11434/
            fe80::1                     | http://[fe80::1]:11434/
            ollama.com                  | https://ollama.com:443/
            http://ollama.com           | http://ollama.com:80/
            http://h:99999              | http://h:80/
            https://h:port              | https://h:443/
            http://h:11434/             | http://h:11434/
            ollama.com:443              | https://ollama.com:443/
            ollama.com:8080             | https://ollama.com:8080/
            "1.2.3.4:99"                | http://1.2.3.4:99/
            https://example.com/ollama/ | https://example.com:443/ollama/
            h:0                         | http://h:11434/
            my_ollama                   | http://my_ollama:11434/
            my_ollama:1234              | http://my_ollama:1234/
            https://my_ollama/base      | https://my_ollama:443/base/
            http://ollama_1.my_net:80   | http://ollama_1.my_net:80/
            h:1234/base/path            | http://h:1234/base/path/
            https://h/a%20b/            | https://h:443/a%20b/
            """)
    void aHostIsReadByOllamasRules(String text, String base) {
        assertThat(OllamaHost.parse(text == null ? "" : text)).hasToString(base);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h",
                "http://u:secret@h",
                "http://u:secret@h:1234",
                "u@h",
                "a b",
                "http://[::1",
                "http://[zz]:1",
                "h:1:2",
                "http://h?x",
                "http://h/base?x=1",
                "http://h/a b",
                "h\\\\x"
            })
    void whatIsNoHostIsToldWithoutWhatItWas(String text) {
        assertThatThrownBy(() -> OllamaHost.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(OllamaHost.ACCEPTED);
    }
}
