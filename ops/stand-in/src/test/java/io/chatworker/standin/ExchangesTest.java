package io.chatworker.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class ExchangesTest {

    @Test
    void indexNamesEveryTranscriptInTheFolder() throws IOException {
        try (var folder = Files.list(Path.of("src/main/resources/ollama-transcripts"))) {
            var names = folder.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted();
            assertThat(Exchanges.all()).extracting(Exchange::name).containsExactlyElementsOf(names.toList());
        }
    }

    @Test
    void anExchangeHasWhatWasRecorded() {
        var exchange = Exchanges.byName("load");

        assertThat(exchange.note()).startsWith("No messages");
        assertThat(exchange.request())
                .isEqualTo(new Exchange.Request("POST", "/api/chat", "{\"model\":\"gemma3:270m\"}"));
        assertThat(exchange.response().status()).isEqualTo(200);
        assertThat(exchange.response().headers())
                .containsEntry("Content-Type", "application/json; charset=utf-8")
                .containsEntry("Content-Length", "146");
        assertThat(exchange.response().headersAtMs()).isEqualTo(139.5);
        assertThat(exchange.response().body()).hasSize(146).endsWith("\"done_reason\":\"load\"}");
        assertThat(exchange.cut()).isFalse();
    }

    @Test
    void onlyTheStoppedServerCutsItsAnswer() {
        assertThat(Exchanges.all())
                .filteredOn(Exchange::cut)
                .extracting(Exchange::name)
                .containsExactly("server-stopped");
    }

    @Test
    void linesAreInTheOrderOfTheirTimes() {
        assertThat(Exchanges.all())
                .allSatisfy(exchange -> assertThat(exchange.response().lines())
                        .extracting(Exchange.Line::atMs)
                        .isSorted());
    }

    @Test
    void anUnknownNameIsAnErrorThatTellsTheKnownOnes() {
        assertThatThrownBy(() -> Exchanges.byName("no-such"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("no-such")
                .hasMessageContaining("runner-killed");
    }
}
