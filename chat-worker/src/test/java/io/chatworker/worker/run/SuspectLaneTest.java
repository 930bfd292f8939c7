package io.chatworker.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@Law(6)
class SuspectLaneTest {

    private static final int SUSPECT = 3;

    private final StopSignal over = new StopSignal();

    @Test
    void asManyRunAsThereArePlaces() {
        SuspectLane lane = new SuspectLane(2);
        SuspectLane.Place first = lane.enter(0, over);
        SuspectLane.Place second = lane.enter(2, over);
        CompletableFuture<SuspectLane.Place> third = entering(lane, 0, over);

        first.close();

        Waits.forResult("a place", third).close();
        second.close();
    }

    @Test
    void aSuspectRunsAloneAndIsWaitedFor() {
        SuspectLane lane = new SuspectLane(3);
        SuspectLane.Place neighbour = lane.enter(0, over);
        CompletableFuture<SuspectLane.Place> suspect = entering(lane, SUSPECT, over);
        CompletableFuture<SuspectLane.Place> later = entering(lane, 0, over);
        assertThat(suspect).isNotDone();

        neighbour.close();
        SuspectLane.Place alone = Waits.forResult("the suspect's place", suspect);
        assertThat(later).isNotDone();
        alone.close();

        Waits.forResult("the other's place", later).close();
    }

    @Test
    void aStopEndsTheWaitOfAnybody() {
        SuspectLane lane = new SuspectLane(1);
        SuspectLane.Place taken = lane.enter(0, over);
        StopSignal stop = new StopSignal();
        CompletableFuture<SuspectLane.Place> one = entering(lane, 0, stop);
        CompletableFuture<SuspectLane.Place> suspect = entering(lane, SUSPECT, stop);

        stop.stop();

        Waits.forResult("the end of the wait", one).close();
        Waits.forResult("the end of the suspect's wait", suspect).close();
        // Neither holds a place, and the suspect is no longer waited for.
        taken.close();
        Waits.forResult("the only place", entering(lane, 0, over)).close();
    }

    @Test
    void whoIsStoppedBeforeItComesGetsNoPlaceToHold() {
        SuspectLane lane = new SuspectLane(1);
        StopSignal stopped = new StopSignal();
        stopped.stop();
        SuspectLane.Place taken = lane.enter(0, over);

        lane.enter(0, stopped).close();
        CompletableFuture<SuspectLane.Place> next = entering(lane, 0, over);

        assertThat(next).isNotDone();
        taken.close();
        Waits.forResult("the only place", next).close();
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() {
        SuspectLane lane = new SuspectLane(1);
        SuspectLane.Place taken = lane.enter(0, over);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = Thread.startVirtualThread(() -> {
            lane.enter(0, over).close();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });

        waiting.interrupt();

        assertThat(Waits.forResult("the end of the wait", interrupted)).isTrue();
        taken.close();
    }

    private static CompletableFuture<SuspectLane.Place> entering(SuspectLane lane, int deliveries, StopSignal over) {
        CompletableFuture<SuspectLane.Place> place = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> place.complete(lane.enter(deliveries, over)));
        Waits.until(
                "a chat that waits or has its place",
                () -> place.isDone() || thread.getState() == Thread.State.WAITING);
        return place;
    }
}
