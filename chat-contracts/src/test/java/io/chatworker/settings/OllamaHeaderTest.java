package io.chatworker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
