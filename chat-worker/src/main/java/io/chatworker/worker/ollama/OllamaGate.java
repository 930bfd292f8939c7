package io.chatworker.worker.ollama;

import io.chatworker.worker.settings.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to Ollama: open, or closed while Ollama can not be reached.
 *
 * <p>While it is closed, chats wait before it in the order in which they came, and a probe asks with growing waits
 * whether Ollama is there again. Then one chat goes through as the trial; the rest follow its first token. A trial that
 * fails closes the gate again and goes behind the others, so that a request which makes Ollama fall over can not keep
 * them out. So many requests in a row that ended in passing failures close the gate too.
 *
 * <p>Safe for any thread; a chat is known by its ticket, any object of its own.
 */
public final class OllamaGate implements AutoCloseable {

    /** What waiting before the gate came to. */
    public enum Entry {
        PASSED,
        STOPPED,
        TIMED_OUT
    }

    private enum State {
        OPEN,
        TRIAL,
        CLOSED
    }

    private static final Backoff PROBING = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final long RECHECK_MS = 1_000;

    private final OllamaProbe probe;
    private final int breaker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private State state = State.OPEN;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private @Nullable Object trial;
    private int closings;
    private int failuresInARow;
    private boolean ended;
    private @Nullable String reason;
    private volatile Runnable onChanged = () -> {};

    public OllamaGate(OllamaProbe probe, GateSettings settings) {
        this.probe = probe;
        this.breaker = settings.breaker();
    }

    /** Who is told, on a thread of its own, that {@link #closedReason()} may have changed. */
    public void onChanged(Runnable listener) {
        onChanged = listener;
    }

    /** Why no more requests are of use, or null where they are; a trial is no reason. */
    public @Nullable String closedReason() {
        lock.lock();
        try {
            return state == State.CLOSED ? reason : null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the ticket goes through without waiting: the gate is open, or lacks a trial, which it then is. */
    public boolean passes(Object ticket) {
        lock.lock();
        try {
            if (state == State.TRIAL && trial == null && waiting.isEmpty()) {
                trial = ticket;
            }
            return state == State.OPEN || isTrial(ticket);
        } finally {
            lock.unlock();
        }
    }

    /** Whether Ollama is known to be away, and not just being tried. */
    public boolean isClosed() {
        return closedReason() != null;
    }

    /**
     * Waits until the ticket may go through.
     *
     * @param limit how long at most; null for as long as it takes
     * @param stopped asked while waiting; {@link #wake()} makes that soon
     */
    public Entry enter(Object ticket, @Nullable Duration limit, BooleanSupplier stopped) {
        long deadline = limit == null ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
        lock.lock();
        try {
            waiting.addLast(ticket);
            while (!isNext(ticket)) {
                if (stopped.getAsBoolean()) {
                    return Entry.STOPPED;
                }
                if (limit != null && System.nanoTime() >= deadline) {
                    return Entry.TIMED_OUT;
                }
                long left = limit == null ? Long.MAX_VALUE : deadline - System.nanoTime();
                var _ = changed.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(RECHECK_MS)));
            }
            return Entry.PASSED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Entry.STOPPED;
        } finally {
            waiting.remove(ticket);
            lock.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // A ticket is the object itself.
    private boolean isNext(Object ticket) {
        if (state == State.OPEN || trial == ticket) {
            return true;
        }
        if (state == State.TRIAL && trial == null && waiting.peekFirst() == ticket) {
            trial = ticket;
            return true;
        }
        return false;
    }

    @SuppressWarnings("ReferenceEquality") // As above.
    public boolean isTrial(Object ticket) {
        lock.lock();
        try {
            return trial == ticket;
        } finally {
            lock.unlock();
        }
    }

    /** Ollama has answered this ticket: where it was the trial, the gate opens. */
    public void answered(Object ticket) {
        lock.lock();
        try {
            if (isTrial(ticket)) {
                trial = null;
                state = State.OPEN;
                closings = 0;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The ticket's chat has ended without an answer or a failure of Ollama's: another may be the trial. */
    public void leave(Object ticket) {
        lock.lock();
        try {
            if (isTrial(ticket)) {
                trial = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Counts how a request ended; too many passing failures in a row close the gate. */
    public void ended(boolean failedInPassing) {
        boolean trips;
        lock.lock();
        try {
            failuresInARow = failedInPassing ? failuresInARow + 1 : 0;
            trips = failuresInARow >= breaker;
            if (trips) {
                failuresInARow = 0;
            }
        } finally {
            lock.unlock();
        }
        if (trips) {
            close("the last " + breaker + " requests failed at Ollama");
        }
    }

    /** Ollama can not be reached: requests wait from now on. */
    public void close(String why) {
        lock.lock();
        try {
            trial = null;
            reason = why;
            if (state == State.CLOSED || ended) {
                return;
            }
            state = State.CLOSED;
            int closing = ++closings;
            Thread.ofVirtual().name("ollama probe").start(() -> reopen(closing));
        } finally {
            lock.unlock();
        }
        Thread.startVirtualThread(onChanged);
    }

    private void reopen(int failures) {
        int asked = failures;
        while (pause(PROBING.after(asked++, ThreadLocalRandom.current()))) {
            if (probe.ask().up()) {
                admitTrial();
                return;
            }
        }
    }

    private boolean pause(Duration wait) {
        long left = wait.toNanos();
        lock.lock();
        try {
            while (left > 0 && !ended) {
                left = changed.awaitNanos(left);
            }
            return !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void admitTrial() {
        lock.lock();
        try {
            state = State.TRIAL;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        Thread.startVirtualThread(onChanged);
    }

    /** Makes those who wait ask whether they are stopped. */
    public void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Probes no more. */
    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
