package io.chatworker.worker.ollama;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.ollama.OllamaFailure.Kind;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way to Ollama, and the one place that looks whether Ollama is there.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>who goes through</th><th>left by</th></tr>
 * <tr><td>open</td><td>everybody, suspects one by one</td><td>a request that finds Ollama away, or several in a row
 * that end in transient failures or at closed doors: closed</td></tr>
 * <tr><td>closed</td><td>nobody; the probe asks with backoff</td><td>the probe finds Ollama, or is blind: trial</td></tr>
 * <tr><td>trial</td><td>the first in line</td><td>its first token: open; its failure: closed, and it waits behind the
 * others</td></tr>
 * </table>
 *
 * <p>A suspect is a request that failed although Ollama was there: as a trial, or by a connection that was reset. It is
 * tried after all others and while no other suspect is, and given up after three failed trials, so that a request which
 * makes Ollama fall over cannot starve the rest.
 *
 * <p>Safe for any thread. One class, because one lock guards what every transition reads and moves.
 */
@SuppressWarnings("ReferenceEquality") // A ticket is the object itself.
public final class OllamaGate implements AutoCloseable {

    /** What a failed attempt means for its request. */
    public enum Next {
        /** It waits before the gate again, however often it was tried. */
        HOLD,
        /** It has failed as the trial too often, and ends. */
        GIVE_UP,
        /** Nothing: it ends or is tried again by its own rules. */
        GO_ON
    }

    private enum State {
        OPEN,
        TRIAL,
        CLOSED
    }

    private final Prober prober;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Runnable onChanged = () -> {};

    // Guarded by lock.
    private final FailuresInARow row;
    private final List<Ticket> waiting = new ArrayList<>();
    private State state = State.OPEN;
    private @Nullable Ticket trial;
    /** Why requests are held; stays during a trial that a blind probe let through. */
    private @Nullable String reason;
    /** How often it was closed since it was last open. */
    private int closings;

    public OllamaGate(OllamaClient ollama, GateSettings settings) {
        this(ollama.probe(), settings);
    }

    OllamaGate(OllamaProbe probe, GateSettings settings) {
        this.prober = new Prober(probe, this::found);
        this.row = new FailuresInARow(settings.breaker());
    }

    /** Begins to look whether Ollama is there. */
    public void start() {
        prober.start();
    }

    /**
     * Calls {@code listener} whenever {@link #closedReason()} may have changed, with the gate's lock held: it must hand
     * what it does to another thread.
     */
    public void onChanged(Runnable listener) {
        onChanged = listener;
    }

    /** What the last question whether Ollama is there brought. */
    public Finding finding() {
        return prober.latest();
    }

    /** Why no more requests should be taken, or null where they should; a trial after a finding is no reason. */
    public @Nullable String closedReason() {
        lock.lock();
        try {
            return reason;
        } finally {
            lock.unlock();
        }
    }

    /** Whether Ollama is known to be away, and not just being tried. */
    public boolean isClosed() {
        return closedReason() != null;
    }

    /** Whether the ticket goes through without waiting: the gate is open, or the ticket becomes the trial it lacks. */
    public boolean passes(Ticket ticket) {
        lock.lock();
        try {
            return isNext(ticket, waiting.isEmpty(), ticket.waitsFor());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the ticket may go through, but not beyond {@code over}. An interrupt counts as such a stop and stays
     * set.
     *
     * @return whether it may go through
     */
    public boolean enter(Ticket ticket, StopSignal over) {
        try (StopSignal.Registration _ = over.onStop(this::signalAll)) {
            return await(ticket, over);
        }
    }

    private boolean await(Ticket ticket, StopSignal over) {
        lock.lock();
        try {
            waiting.add(ticket);
            for (long wait = ticket.waitsFor(); !isNext(ticket, first() == ticket, wait); wait = ticket.waitsFor()) {
                if (over.isStopped()) {
                    return false;
                }
                var _ = changed.awaitNanos(wait == 0 ? Long.MAX_VALUE : wait);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting.remove(ticket);
            resumeWithoutTrial();
            lock.unlock();
        }
    }

    /** {@code wait}: read once for each look, or a wait that ends between two reads would never end. */
    private boolean isNext(Ticket ticket, boolean isFirst, long wait) {
        boolean mayTry = trial == null && wait == 0;
        boolean passes = switch (state) {
            case OPEN -> !ticket.isSuspect() || mayTry;
            case TRIAL -> isFirst && mayTry;
            case CLOSED -> false;
        };
        if (passes && (state == State.TRIAL || ticket.isSuspect())) {
            trial = ticket;
        }
        return passes || trial == ticket;
    }

    /** Suspects come after all others. */
    private @Nullable Ticket first() {
        return waiting.stream()
                .filter(ticket -> !ticket.isSuspect())
                .findFirst()
                .or(() -> waiting.stream()
                        .filter(ticket -> ticket.waitsFor() == 0)
                        .findFirst())
                .orElse(null);
    }

    /** Ollama has begun to answer this ticket: where it was the trial, the gate opens. */
    public void answered(Ticket ticket) {
        lock.lock();
        try {
            if (trial == ticket) {
                ticket.cleared();
                open();
            }
        } finally {
            lock.unlock();
        }
    }

    /** An attempt has failed; says what becomes of its request. */
    public Next failed(Ticket ticket, OllamaFailure failure) {
        lock.lock();
        try {
            return trial == ticket ? trialFailed(ticket, failure) : otherFailed(ticket, failure);
        } finally {
            lock.unlock();
        }
    }

    private Next otherFailed(Ticket ticket, OllamaFailure failure) {
        if (failure.kind() != Kind.UNREACHABLE) {
            return Next.GO_ON;
        }
        if (failure.mayBeItsOwnFault()) {
            ticket.suspect();
        }
        close(failure.reason(), Duration.ZERO);
        return Next.HOLD;
    }

    private Next trialFailed(Ticket ticket, OllamaFailure failure) {
        trial = null;
        if (failure.kind() == Kind.FOR_GOOD && !failure.countsForBreaker()) {
            if (failure.isOllamas()) {
                open();
            }
            changed.signalAll();
            return Next.GO_ON;
        }
        if (failure.mayBeItsOwnFault()) {
            ticket.failedTrial();
        }
        // While the gate is open, the trial was a suspect's: the others are none the worse for it.
        if (state == State.TRIAL || !failure.mayBeItsOwnFault()) {
            Duration asked = failure.retryAfter();
            close(
                    "a request failed after Ollama had come back: " + failure.reason(),
                    asked == null ? Duration.ZERO : asked);
        }
        changed.signalAll();
        if (failure.kind() == Kind.FOR_GOOD && failure.code() == ErrorCode.OLLAMA_BUSY) {
            return Next.GO_ON;
        }
        return ticket.isGivenUp() ? Next.GIVE_UP : Next.HOLD;
    }

    /** A request has been answered to its end. */
    public void completed(Ticket ticket) {
        answered(ticket);
        ended(null);
    }

    /**
     * A request has ended with its last attempt's failure. While the gate is open, several in a row that may be Ollama's
     * fault close it.
     */
    public void ended(@Nullable OllamaFailure failure) {
        lock.lock();
        try {
            if (state == State.OPEN && row.endsWith(failure) && failure != null) {
                close("the last " + row.limit() + " requests failed at Ollama: " + failure.reason(), Duration.ZERO);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The ticket's chat has ended: where it was the trial, another may be. */
    public void leave(Ticket ticket) {
        lock.lock();
        try {
            if (trial == ticket) {
                trial = null;
                resumeWithoutTrial();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void open() {
        trial = null;
        if (state == State.TRIAL) {
            state = State.OPEN;
            closings = 0;
            row.clear();
            resume();
        }
        changed.signalAll();
    }

    private void close(String why, Duration atLeast) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        trial = null;
        reason = why;
        prober.postpone(++closings, atLeast);
        changed.signalAll();
        onChanged.run();
    }

    void found(Finding finding) {
        lock.lock();
        try {
            if (state == State.CLOSED && finding.state() != Finding.State.NOT_FOUND) {
                state = State.TRIAL;
                // A blind probe ends no pause: the trial does, in its place.
                if (!finding.isBlind() || waiting.isEmpty()) {
                    resume();
                }
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Where nobody is left to be the trial, it has to come from the queue. */
    private void resumeWithoutTrial() {
        if (state == State.TRIAL && trial == null && waiting.isEmpty()) {
            resume();
        }
    }

    private void resume() {
        if (reason != null) {
            reason = null;
            onChanged.run();
        }
    }

    private void signalAll() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Looks no more. */
    @Override
    public void close() {
        prober.close();
    }
}
