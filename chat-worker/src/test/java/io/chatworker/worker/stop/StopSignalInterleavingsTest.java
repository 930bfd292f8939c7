package io.chatworker.worker.stop;

import io.chatworker.worker.testing.Interleavings;
import io.chatworker.worker.testing.Interleavings.Scenario;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However the threads interleave, a stop reaches everybody, and each listener once. */
@Tag("interleavings")
class StopSignalInterleavingsTest {

    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void everybodyWhoWaitsReturns() {
        Interleavings.explore(100, () -> new WaitersAndAStop());
    }

    @Test
    void aListenerThatRegistersDuringTheStopHearsItOnce() {
        Interleavings.explore(100, () -> new ListenerAndTwoStops());
    }

    @Test
    void aListenerThatLeavesDuringTheStopHearsItOnceAtMost() {
        Interleavings.explore(100, () -> new LeavingListener());
    }

    private static final class WaitersAndAStop implements Scenario {

        private final StopSignal signal = new StopSignal();
        private volatile boolean first;
        private volatile boolean second;

        @Override
        public Runnable[] parts() {
            return new Runnable[] {
                () -> first = signal.await(LONG), () -> second = signal.await(LONG), signal::stop,
            };
        }

        @Override
        public void check() {
            Interleavings.require(first && second, "both waits ended by the stop");
        }
    }

    private static final class ListenerAndTwoStops implements Scenario {

        private final StopSignal signal = new StopSignal();
        private final AtomicInteger heard = new AtomicInteger();

        @Override
        public Runnable[] parts() {
            return new Runnable[] {() -> signal.onStop(this::hear), signal::stop, signal::stop};
        }

        private void hear() {
            Interleavings.require(signal.isStopped(), "stopped when its listeners hear of it");
            heard.incrementAndGet();
        }

        @Override
        public void check() {
            Interleavings.require(heard.get() == 1, "heard once, not " + heard);
        }
    }

    private static final class LeavingListener implements Scenario {

        private final StopSignal signal = new StopSignal();
        private final AtomicInteger heard = new AtomicInteger();
        private final AtomicInteger stayed = new AtomicInteger();

        @Override
        public Runnable[] parts() {
            signal.onStop(stayed::incrementAndGet);
            return new Runnable[] {() -> signal.onStop(heard::incrementAndGet).close(), signal::stop};
        }

        @Override
        public void check() {
            Interleavings.require(heard.get() <= 1, "heard once at most, not " + heard);
            Interleavings.require(stayed.get() == 1, "another listener heard it once, not " + stayed);
        }
    }
}
