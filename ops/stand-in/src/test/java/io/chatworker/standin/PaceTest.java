package io.chatworker.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PaceTest {

    @ParameterizedTest
    @ValueSource(doubles = {1, 4})
    void nothingComesEarlierThanRecorded(double pace) throws Exception {
        var recorded = Exchanges.byName("cold-start").response();
        try (var standIn = StandIn.start(StandInSettings.forTests().withPace(pace));
                var client = new RawClient(standIn)) {
            long start = System.nanoTime();
            client.post("/api/chat", Client.question("cold-start", "Hi"));

            client.head();
            assertThat(msSince(start)).isGreaterThanOrEqualTo(recorded.headersAtMs() / pace);
            for (var line : recorded.lines()) {
                client.line();
                assertThat(msSince(start)).isGreaterThanOrEqualTo(line.atMs() / pace);
                assertThat(client.line()).isEqualTo(line.text().strip());
                client.line();
            }
        }
    }

    @Test
    void answersThatAreNotStreamedTakeAsLong() throws Exception {
        try (var standIn = StandIn.start(StandInSettings.forTests().withPace(1))) {
            long start = System.nanoTime();
            Client.of(standIn).ask("not-streamed");
            assertThat(msSince(start)).isGreaterThanOrEqualTo(657.0);
        }
    }

    @Test
    void aConnectionIsGoodForTheNextRequestAfterManyPauses() throws Exception {
        try (var standIn = StandIn.start(StandInSettings.forTests().withPace(4));
                var client = new RawClient(standIn)) {
            client.post("/api/chat", Client.question("cold-start", "Hi"));
            var line = client.line();
            while (!line.equals("0")) {
                line = client.line();
            }
            client.line();

            client.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).contains("HTTP/1.1 200 OK", "Content-Length: 17");
            assertThat(client.rest()).containsExactly("Ollama is running");
        }
    }

    @Test
    void aClientThatGoesAwayMidStreamIsNoticed() throws Exception {
        try (var standIn = StandIn.start(slow())) {
            try (var client = new RawClient(standIn).post("/api/chat", Client.question("thinking-off", "Hi"))) {
                client.head();
                assertThat(standIn.aborted()).isZero();
            }
            assertThat(standIn.awaitAborted(1, Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void aClientThatGoesAwayBeforeTheFirstByteIsNoticedBeforeItWouldHaveCome() throws Exception {
        try (var standIn = StandIn.start(slow().withPace(0.001))) {
            new RawClient(standIn)
                    .post("/api/chat", Client.question("tool-call", "Hi"))
                    .close();

            assertThat(standIn.awaitAborted(1, Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void aRequestSentAheadIsAnsweredAfterTheOneBeforeIt() throws Exception {
        try (var standIn = StandIn.start(StandInSettings.forTests().withPace(1));
                var client = new RawClient(standIn)) {
            client.post("/api/chat", "{\"model\":\"m\"}").post("/api/chat", "{\"model\":\"n\",\"keep_alive\":0}");

            client.head();
            // The body has no newline, so the next status line follows directly.
            assertThat(client.line()).startsWith("{\"model\":\"m\"").endsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void closingEndsRunningAnswersWhichAreNoAborts() throws Exception {
        var standIn = StandIn.start(slow());
        try (var client = new RawClient(standIn).post("/api/chat", Client.question("thinking-off", "Hi"))) {
            client.head();
            standIn.close();

            assertThat(client.rest()).doesNotContain("0");
        }
        standIn.awaitClosed();
        assertThat(standIn.aborted()).isZero();
    }

    @Test
    void awaitingAbortsThatDoNotComeEndsInTime() throws Exception {
        try (var standIn = StandIn.start(slow())) {
            assertThat(standIn.awaitAborted(1, Duration.ofMillis(1))).isFalse();
        }
    }

    @Test
    void aPaceBelowZeroIsRefused() {
        assertThatThrownBy(() -> StandInSettings.forTests().withPace(-1)).hasMessage("pace -1.0 is not 0 or more");
    }

    // The first line of thinking-off comes after 1.2 s, the last after 12 s.
    private static StandInSettings slow() {
        return StandInSettings.forTests().withPace(0.2);
    }

    private static double msSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
