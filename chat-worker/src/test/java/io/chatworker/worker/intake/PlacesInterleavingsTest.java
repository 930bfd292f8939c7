package io.chatworker.worker.intake;

import io.chatworker.worker.testing.Interleavings;
import io.chatworker.worker.testing.Interleavings.Scenario;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However deliveries, settlements, pauses and new consumers interleave, nobody is given a place that is taken. */
@Tag("interleavings")
class PlacesInterleavingsTest {

    @Test
    void noPlaceIsGivenTwice() {
        Interleavings.explore(100, () -> new PauseAmongDeliveries());
    }

    /**
     * A channel with four places, all given to one consumer, of which two are filled. Its next deliveries come while
     * one is settled and while intake pauses and resumes. As on the channel, whatever asks what is free and gives it
     * takes turns with what else does.
     */
    private static final class PauseAmongDeliveries implements Scenario {

        private static final int ALL = 4;

        private final Places places = new Places(ALL);
        private final Object turn = new Object();
        private boolean paused;
        private int unsettled = 2;
        private int givenAnew;
        /** The pause and the delivery, behind which the broker's word comes that the first consumer is cancelled. */
        private int stillToCome = 2;

        @Override
        public Runnable[] parts() {
            places.give("first", ALL);
            places.delivered("first");
            places.delivered("first");
            return new Runnable[] {this::deliver, this::settle, this::pauseAndResume};
        }

        private void deliver() {
            places.delivered("first");
            synchronized (turn) {
                unsettled++;
                cancelledBehindAll();
            }
        }

        private void settle() {
            places.settled("first");
            synchronized (turn) {
                unsettled--;
                if (!paused) {
                    giveWhatIsFree("more");
                }
            }
        }

        private void pauseAndResume() {
            synchronized (turn) {
                paused = true;
                Set<String> ended = places.pause();
                Interleavings.require(ended.contains("first"), "the first consumer ended");
            }
            synchronized (turn) {
                paused = false;
                giveWhatIsFree("resumed");
                cancelledBehindAll();
            }
        }

        private void cancelledBehindAll() {
            if (--stillToCome == 0) {
                places.over("first");
                giveWhatIsFree("filled");
            }
        }

        private void giveWhatIsFree(String consumer) {
            int free = places.free();
            if (free > 0) {
                places.give(consumer, free);
                givenAnew += free;
            }
        }

        @Override
        public void check() {
            Interleavings.require(unsettled == 2, "three came and one was settled");
            Interleavings.require(
                    unsettled + givenAnew <= ALL, "no more is taken than there are places: " + (unsettled + givenAnew));
            places.pause();
            List.of("more", "resumed", "filled").forEach(places::over);
            Interleavings.require(places.free() == ALL - unsettled, "two places are free, not " + places.free());
        }
    }
}
