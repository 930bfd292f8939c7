package io.chatworker.worker.ollama;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.ollama.OllamaGate.Entry;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who goes through to Ollama and who waits, with a real probe over HTTP. */
@Timeout(20)
class OllamaGateTest {

    private final MockWebServer server = new MockWebServer();
    private volatile boolean isThere;
    private OllamaClient client;
    private OllamaGate gate;

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return isThere
                        ? new MockResponse.Builder()
                                .body("{\"version\":\"0.33.0\"}")
                                .build()
                        : new MockResponse.Builder().code(502).build();
            }
        });
        server.start();
        client = Prompts.client(Prompts.patient(server.url("/")));
        gate = new OllamaGate(new OllamaProbe(client), new GateSettings(3));
    }

    @AfterEach
    void stop() {
        gate.close();
        client.close();
        server.close();
    }

    @Test
    void aStopEndsTheWaitAtOnce() throws Exception {
        gate.close("away");
        StopSignal over = new StopSignal();
        CompletableFuture<Entry> entry = entering("ticket", null, over);

        over.stop();

        assertThat(entry.get(5, SECONDS)).isEqualTo(Entry.STOPPED);
    }

    @Test
    void whoIsStoppedAlreadyDoesNotWait() {
        gate.close("away");
        StopSignal over = new StopSignal();
        over.stop();

        assertThat(gate.enter("ticket", null, over)).isEqualTo(Entry.STOPPED);
    }

    @Test
    void theWaitEndsAtItsLimit() {
        gate.close("away");

        assertThat(gate.enter("ticket", Duration.ofMillis(50), new StopSignal()))
                .isEqualTo(Entry.TIMED_OUT);
    }

    @Test
    void afterAnOutageTheFirstIsTheTrialAndTheRestFollowItsAnswer() throws Exception {
        gate.close("away");
        assertThat(gate.closedReason()).isEqualTo("away");
        isThere = true;
        assertThat(gate.enter("first", null, new StopSignal())).isEqualTo(Entry.PASSED);
        assertThat(gate.isTrial("first")).isTrue();
        CompletableFuture<Entry> second = entering("second", null, new StopSignal());
        assertThat(gate.passes("third")).isFalse();

        gate.answered("first");

        assertThat(second.get(5, SECONDS)).isEqualTo(Entry.PASSED);
        assertThat(gate.passes("third")).isTrue();
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() throws Exception {
        gate.close("away");
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            Entry entry = gate.enter("ticket", null, new StopSignal());
            interrupted.complete(
                    entry == Entry.STOPPED && Thread.currentThread().isInterrupted());
        });

        waiting.interrupt();

        assertThat(interrupted.get(5, SECONDS)).isTrue();
    }

    private CompletableFuture<Entry> entering(Object ticket, Duration limit, StopSignal over) {
        return CompletableFuture.supplyAsync(() -> gate.enter(ticket, limit, over));
    }
}
