package io.chatworker.worker.ollama;

import io.chatworker.worker.settings.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** One chat at the gate. Its state is the gate's, under the gate's lock. */
public final class Ticket {

    /** After so many failed trials of its own a chat is given up. */
    public static final int MAX_FAILED_TRIALS = 3;

    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private boolean isSuspect;
    private int failedTrials;
    private long waitsUntil = System.nanoTime();

    /** The chat may have brought Ollama down. */
    void suspect() {
        isSuspect = true;
    }

    /** The chat was the only one to be tried, and failed although Ollama was there. */
    void failedTrial() {
        isSuspect = true;
        failedTrials++;
        waitsUntil = System.nanoTime()
                + BACKOFF.after(failedTrials, ThreadLocalRandom.current()).toNanos();
    }

    void cleared() {
        isSuspect = false;
    }

    boolean isSuspect() {
        return isSuspect;
    }

    boolean isGivenUp() {
        return failedTrials >= MAX_FAILED_TRIALS;
    }

    /** How long the chat still has to wait before another trial, in nanoseconds; 0 where it need not. */
    long waitsFor() {
        return Math.max(0, waitsUntil - System.nanoTime());
    }
}
