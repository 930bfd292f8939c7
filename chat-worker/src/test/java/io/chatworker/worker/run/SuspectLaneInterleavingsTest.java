package io.chatworker.worker.run;

import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Interleavings;
import io.chatworker.worker.testing.Interleavings.Scenario;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However the threads interleave: no more run than there are places, a suspect runs alone, and everybody gets in. */
@Tag("interleavings")
class SuspectLaneInterleavingsTest {

    private static final int SUSPECT = 3;

    @Test
    void noMoreRunThanThereArePlaces() {
        Interleavings.explore(60, () -> new Three(1, 0, 0, 0));
    }

    @Test
    void aSuspectRunsAloneAndEverybodyGetsIn() {
        Interleavings.explore(60, () -> new Three(2, SUSPECT, 0, 0));
    }

    @Test
    void suspectsRunOneAfterTheOther() {
        Interleavings.explore(60, () -> new Three(2, SUSPECT, SUSPECT, 0));
    }

    @Test
    void aSuspectThatIsStoppedLetsTheOthersIn() {
        Interleavings.explore(60, () -> new StoppedSuspect());
    }

    /** Chats that enter, run and leave. */
    private static class Three implements Scenario {

        final SuspectLane lane;
        private final int places;
        private final int[] earlierDeliveries;
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger suspects = new AtomicInteger();
        private final AtomicInteger ran = new AtomicInteger();

        Three(int places, int... earlierDeliveries) {
            this.lane = new SuspectLane(places);
            this.places = places;
            this.earlierDeliveries = earlierDeliveries;
        }

        @Override
        public Runnable[] parts() {
            return new Runnable[] {
                () -> chat(earlierDeliveries[0]), () -> chat(earlierDeliveries[1]), () -> chat(earlierDeliveries[2]),
            };
        }

        final void chat(int earlier) {
            try (SuspectLane.Place _ = lane.enter(earlier, new StopSignal())) {
                boolean suspect = SuspectLane.isSuspect(earlier);
                suspects.addAndGet(suspect ? 1 : 0);
                int together = running.incrementAndGet();
                Interleavings.require(together <= places, "at most " + places + " run, not " + together);
                Interleavings.require(suspects.get() == 0 || together == 1, "a suspect runs alone");
                ran.incrementAndGet();
                running.decrementAndGet();
                suspects.addAndGet(suspect ? -1 : 0);
            }
        }

        @Override
        public void check() {
            Interleavings.require(ran.get() == earlierDeliveries.length, "all ran, not " + ran);
        }
    }

    /** One chat runs, a suspect that waits for its end is stopped, and another chat waits for the suspect. */
    private static final class StoppedSuspect extends Three {

        private final StopSignal over = new StopSignal();
        private final StopSignal suspectIsGone = new StopSignal();

        StoppedSuspect() {
            super(2, 0, 0);
        }

        @Override
        public Runnable[] parts() {
            SuspectLane.Place first = lane.enter(0, new StopSignal());
            return new Runnable[] {
                () -> {
                    lane.enter(SUSPECT, over).close();
                    suspectIsGone.stop();
                },
                over::stop,
                () -> {
                    chat(0);
                    suspectIsGone.onStop(first::close);
                    chat(0);
                },
            };
        }
    }
}
