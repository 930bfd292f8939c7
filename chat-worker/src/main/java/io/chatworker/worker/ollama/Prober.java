package io.chatworker.worker.ollama;

import io.chatworker.worker.settings.Backoff;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Asks again and again whether Ollama is there: at a steady pace while it is, or while the probe is blind, and otherwise
 * at growing intervals. Safe for any thread.
 */
final class Prober implements AutoCloseable {

    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final OllamaProbe probe;
    private final Consumer<Finding> listener;
    private final StopSignal closing = new StopSignal();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private int failures;
    private int postponed;
    private long dueAt = System.nanoTime();

    /** {@code listener} hears of each finding, on the prober's thread. */
    Prober(OllamaProbe probe, Consumer<Finding> listener) {
        this.probe = probe;
        this.listener = listener;
    }

    void start() {
        Thread.ofVirtual().name("ollama probe").start(this::askAgainAndAgain);
    }

    /** What the last question brought. */
    Finding latest() {
        return probe.latest();
    }

    /**
     * Puts the next question off, as after so many failures in a row, and at least for so long. The listener does not
     * hear of a question that is being asked meanwhile.
     */
    void postpone(int failures, Duration atLeast) {
        Duration wait = BACKOFF.after(failures, ThreadLocalRandom.current());
        lock.lock();
        try {
            this.failures = failures;
            postponed++;
            dueAt = System.nanoTime() + Math.max(wait.toNanos(), atLeast.toNanos());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void askAgainAndAgain() {
        try (StopSignal.Registration _ = closing.onStop(this::signalAll)) {
            while (awaitDue()) {
                ask();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether to ask. */
    private boolean awaitDue() throws InterruptedException {
        lock.lock();
        try {
            for (long left = left(); left > 0 && !closing.isStopped(); left = left()) {
                var _ = changed.awaitNanos(left);
            }
            return !closing.isStopped();
        } finally {
            lock.unlock();
        }
    }

    private void ask() {
        int before = postponed();
        Finding finding = probe.ask();
        if (isTimely(finding, before)) {
            listener.accept(finding);
        }
    }

    private boolean isTimely(Finding finding, int postponedBefore) {
        lock.lock();
        try {
            if (postponed != postponedBefore) {
                return false;
            }
            boolean isAway = finding.state() == Finding.State.NOT_FOUND;
            failures = isAway ? failures + 1 : 0;
            Duration wait = isAway ? BACKOFF.after(failures, ThreadLocalRandom.current()) : INTERVAL;
            dueAt = System.nanoTime() + wait.toNanos();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private int postponed() {
        lock.lock();
        try {
            return postponed;
        } finally {
            lock.unlock();
        }
    }

    private long left() {
        return dueAt - System.nanoTime();
    }

    private void signalAll() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Asks no more. */
    @Override
    public void close() {
        closing.stop();
    }
}
