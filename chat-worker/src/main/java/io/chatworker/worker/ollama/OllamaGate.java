package io.chatworker.worker.ollama;

import io.chatworker.worker.settings.Backoff;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way to Ollama: open, or closed while Ollama cannot be reached.
 *
 * <p>While it is closed, chats wait before it in the order in which they came, and a probe asks at growing intervals
 * whether Ollama is back. Then one chat goes through as the trial; the rest follow its first token. A trial that fails
 * closes the gate again and goes behind the others, so that a request which makes Ollama fall over cannot keep them out.
 * Several requests in a row that end in transient failures close the gate too.
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

    private final OllamaProbe probe;
    private final int breaker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final StopSignal closing = new StopSignal();

    // Guarded by lock.
    private State state = State.OPEN;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private @Nullable Object trial;
    private int closings;
    private int failuresInARow;
    private @Nullable String reason;
    private volatile Runnable onChanged = () -> {};

    public OllamaGate(OllamaProbe probe, GateSettings settings) {
        this.probe = probe;
        this.breaker = settings.breaker();
    }

    /** Calls {@code listener}, on a thread of its own, whenever {@link #closedReason()} may have changed. */
    public void onChanged(Runnable listener) {
        onChanged = listener;
    }

    /** Why requests are held, or null while they may go through; a trial is no reason. */
    public @Nullable String closedReason() {
        lock.lock();
        try {
            return state == State.CLOSED ? reason : null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the ticket goes through without waiting: the gate is open, or the ticket becomes the trial it lacks. */
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
     * Waits until the ticket may go through. An interrupt counts as a stop and stays set.
     *
     * @param limit how long at most; null for as long as it takes
     * @param over ends the waiting
     */
    public Entry enter(Object ticket, @Nullable Duration limit, StopSignal over) {
        try (StopSignal.Registration _ = over.onStop(this::signalAll)) {
            return await(ticket, limit == null ? Long.MAX_VALUE : limit.toNanos(), over);
        }
    }

    private Entry await(Object ticket, long limit, StopSignal over) {
        long left = limit;
        lock.lock();
        try {
            waiting.addLast(ticket);
            while (!isNext(ticket)) {
                if (over.isStopped()) {
                    return Entry.STOPPED;
                }
                if (left <= 0) {
                    return Entry.TIMED_OUT;
                }
                left = changed.awaitNanos(left);
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

    /** Counts how a request ended; too many transient failures in a row close the gate. */
    public void ended(boolean transientFailure) {
        boolean trips;
        lock.lock();
        try {
            failuresInARow = transientFailure ? failuresInARow + 1 : 0;
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

    /** Ollama cannot be reached: requests wait from now on. */
    public void close(String why) {
        lock.lock();
        try {
            trial = null;
            reason = why;
            if (state == State.CLOSED || closing.isStopped()) {
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
        while (!closing.await(PROBING.after(asked++, ThreadLocalRandom.current()))) {
            if (probe.ask().up()) {
                admitTrial();
                return;
            }
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

    private void signalAll() {
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
        closing.stop();
    }
}
