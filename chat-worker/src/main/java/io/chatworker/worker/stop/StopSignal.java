package io.chatworker.worker.stop;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stop that is signalled once and stays. Whoever waits is told: by {@link #await} returning, or by a listener, for
 * waits on something else that a stop should end too. Nobody needs to poll.
 *
 * <p>Safe for any thread; {@link #stop} is idempotent and takes no lock of a waiter's while it holds its own.
 */
public final class StopSignal {

    /** A listener's place; closing it takes the listener away again. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private final CountDownLatch stopped = new CountDownLatch(1);

    // Guarded by this. Null once stopped.
    private @Nullable Set<Listener> listeners = new LinkedHashSet<>();

    /** Signals the stop. The first call runs the listeners on the calling thread, in the order of their arrival. */
    public void stop() {
        List<Listener> told;
        synchronized (this) {
            if (listeners == null) {
                return;
            }
            told = List.copyOf(listeners);
            listeners = null;
            stopped.countDown();
        }
        told.forEach(Listener::run);
    }

    public boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /**
     * Has {@code listener} called at the stop, or at once where that was before. It must be fast, must not throw, and
     * may still run once while its registration is being closed.
     */
    public Registration onStop(Runnable listener) {
        Listener place = new Listener(listener);
        synchronized (this) {
            if (listeners != null) {
                listeners.add(place);
                return place;
            }
        }
        listener.run();
        return place;
    }

    /**
     * Waits for the stop, but no longer than this. An interrupt counts as a stop of the waiting thread and stays set.
     *
     * @return whether there is nothing more to wait for
     */
    public boolean await(Duration wait) {
        try {
            return stopped.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private synchronized void remove(Listener place) {
        if (listeners != null) {
            listeners.remove(place);
        }
    }

    /** One registration: the same {@link Runnable} may be registered twice, so identity is this object's. */
    private final class Listener implements Registration {

        private final Runnable runnable;

        Listener(Runnable runnable) {
            this.runnable = runnable;
        }

        void run() {
            runnable.run();
        }

        @Override
        public void close() {
            remove(this);
        }
    }
}
