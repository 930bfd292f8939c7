package io.chatworker.worker.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Gives places to chats, as many as may run at once, and keeps apart the requests that were delivered several times:
 * one of them may be what kills workers. Such a one runs alone, so that it takes no neighbour with it; while one waits
 * nobody else begins; and they come in random order, so that an innocent one gets ahead. Safe for any thread.
 */
public final class SuspectLane {

    private static final int SUSPECT_DELIVERIES = 3;
    private static final long RECHECK_MS = 500;

    /** Held until closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

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

    /** Waits for a place, or until {@code over}; then there is none to hold and nothing is to be run. */
    Place enter(int earlierDeliveries, BooleanSupplier over) {
        return isSuspect(earlierDeliveries) ? enterAlone(over) : enterAmongOthers(over);
    }

    private Place enterAmongOthers(BooleanSupplier over) {
        lock.lock();
        try {
            while (suspectRuns || !suspects.isEmpty() || running >= places) {
                if (isOver(over)) {
                    return () -> {};
                }
            }
            running++;
            return () -> leave(false);
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // A ticket is the object itself.
    private Place enterAlone(BooleanSupplier over) {
        Object ticket = new Object();
        lock.lock();
        try {
            suspects.add(ThreadLocalRandom.current().nextInt(suspects.size() + 1), ticket);
            while (running > 0 || suspects.getFirst() != ticket) {
                if (isOver(over)) {
                    return () -> {};
                }
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

    @SuppressWarnings("WaitNotInLoop") // Both callers loop.
    private boolean isOver(BooleanSupplier over) {
        if (over.getAsBoolean()) {
            return true;
        }
        try {
            boolean signalled = changed.await(RECHECK_MS, TimeUnit.MILLISECONDS);
            return !signalled && over.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
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

    /** Makes those who wait ask whether they are over. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
