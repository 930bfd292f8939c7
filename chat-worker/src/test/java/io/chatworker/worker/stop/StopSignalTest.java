package io.chatworker.worker.stop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopSignalTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final StopSignal signal = new StopSignal();

    @Test
    void aWaitEndsWithTheStop() throws Exception {
        CompletableFuture<Boolean> waited = new CompletableFuture<>();
        Thread.startVirtualThread(() -> waited.complete(signal.await(LONG)));

        signal.stop();

        assertThat(waited.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWaitThatSeesNoStopEndsAfterItsTime() {
        assertThat(signal.await(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void aWaitAfterTheStopIsNone() {
        signal.stop();

        assertThat(signal.await(LONG)).isTrue();
        assertThat(signal.isStopped()).isTrue();
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() {
        Thread.currentThread().interrupt();

        assertThat(signal.await(LONG)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(signal.isStopped()).isFalse();
    }

    @Test
    void listenersRunOnceInTheOrderTheyCame() {
        List<String> heard = new ArrayList<>();
        signal.onStop(() -> heard.add("first"));
        signal.onStop(() -> heard.add("second"));

        signal.stop();
        signal.stop();

        assertThat(heard).containsExactly("first", "second");
    }

    @Test
    void aListenerThatComesAfterTheStopRunsAtOnce() {
        List<String> heard = new ArrayList<>();
        signal.stop();

        signal.onStop(() -> heard.add("late"));

        assertThat(heard).containsExactly("late");
    }

    @Test
    void aClosedRegistrationIsNotHeardAndTheSameListenerElsewhereIs() {
        List<String> heard = new ArrayList<>();
        Runnable listener = () -> heard.add("heard");
        StopSignal.Registration first = signal.onStop(listener);
        signal.onStop(listener);

        first.close();
        signal.stop();

        assertThat(heard).containsExactly("heard");
    }

    @Test
    void aListenerMayAskTheSignalAndRegisterAnother() {
        List<Boolean> stopped = new ArrayList<>();
        signal.onStop(() -> signal.onStop(() -> stopped.add(signal.isStopped())));

        signal.stop();

        assertThat(stopped).containsExactly(true);
    }
}
