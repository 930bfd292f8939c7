package io.chatworker.worker.run;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;

/**
 * Keeps apart the requests that were delivered several times: one of them may be what kills workers. Such a one runs
 * alone, so that it takes no neighbour with it, and they come in random order, so that an innocent one gets ahead.
 */
public final class SuspectLane {

    private static final int SUSPECT_DELIVERIES = 3;
    private static final int SHUFFLE_MS = 500;
    private static final Duration RECHECK = Duration.ofMillis(500);

    /** Held until closed, by the thread that entered. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    private final ReentrantReadWriteLock lanes = new ReentrantReadWriteLock(true);

    /** Waits for a place, or until {@code over}; then there is none to hold and nothing is to be run. */
    Place enter(int earlierDeliveries, BooleanSupplier over) {
        boolean suspect = earlierDeliveries >= SUSPECT_DELIVERIES;
        Lock lane = suspect ? lanes.writeLock() : lanes.readLock();
        try {
            if (suspect) {
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(SHUFFLE_MS));
            }
            while (!over.getAsBoolean()) {
                if (lane.tryLock(RECHECK.toMillis(), TimeUnit.MILLISECONDS)) {
                    return lane::unlock;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return () -> {};
    }
}
