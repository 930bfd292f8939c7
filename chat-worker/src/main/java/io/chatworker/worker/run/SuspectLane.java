package io.chatworker.worker.run;

import io.chatworker.worker.stop.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives places to chats, as many as may run at once, and keeps apart the requests that were delivered several times:
 * one of them may be what kills workers. A suspect runs alone, so that it takes no neighbour with it; while one waits
 * nobody else begins; and suspects come in random order, so that an innocent one gets ahead. Safe for any thread.
 */
public final class SuspectLane {

    private static final int SUSPECT_DELIVERIES = 3;

    /** Held until closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    private static final Place NONE = () -> {};

    private final int places;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final List<Object> suspects = new ArrayList<>();
    private int running;
    private boolean suspectRuns;

    public SuspectLane(int places) {
        this.places = places;
    }

    static boolean isSuspect(int earlierDeliveries) {
        return earlierDeliveries >= SUSPECT_DELIVERIES;
    }

    /**
     * Waits for a place, or until {@code over}: then there is none to hold, and the chat must not run. An interrupt counts
     * as over and stays set.
     */
    Place enter(int earlierDeliveries, StopSignal over) {
        try (StopSignal.Registration _ = over.onStop(this::wake)) {
            return isSuspect(earlierDeliveries) ? enterAlone(over) : enterAmongOthers(over);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NONE;
        }
    }

    private Place enterAmongOthers(StopSignal over) throws InterruptedException {
        lock.lock();
        try {
            while (suspectRuns || !suspects.isEmpty() || running >= places) {
                if (over.isStopped()) {
                    return NONE;
                }
                changed.await();
            }
            running++;
            return () -> leave(false);
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // A ticket is the object itself.
    private Place enterAlone(StopSignal over) throws InterruptedException {
        Object ticket = new Object();
        lock.lock();
        try {
            suspects.add(ThreadLocalRandom.current().nextInt(suspects.size() + 1), ticket);
            while (running > 0 || suspects.getFirst() != ticket) {
                if (over.isStopped()) {
                    return NONE;
                }
                changed.await();
            }
            running++;
            suspectRuns = true;
            return () -> leave(true);
        } finally {
            suspects.remove(ticket);
            changed.signalAll();
            lock.unlock();
        }
    }

    private void leave(boolean suspect) {
        lock.lock();
        try {
            running--;
            suspectRuns &= !suspect;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
