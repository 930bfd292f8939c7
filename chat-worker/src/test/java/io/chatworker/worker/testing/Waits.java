package io.chatworker.worker.testing;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The only place where tests wait for what tells nobody when it happens. Every wait has an end. */
public final class Waits {

    /** Longer than anything here takes on a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For a whole load to end, an outage of half a minute and two cores for everything included. */
    public static final Duration LONG_PATIENCE = Duration.ofMinutes(3);

    private static final Duration STEP = Duration.ofMillis(20);

    private Waits() {}

    /** Waits until it holds; {@code awaited} says in the failure what it was. */
    public static void until(String awaited, BooleanSupplier holds) {
        until(() -> awaited, holds);
    }

    /** Like {@link #until(String, BooleanSupplier)}, with words that are found only when it did not come. */
    public static void until(Supplier<String> awaited, BooleanSupplier holds) {
        until(PATIENCE, awaited, holds);
    }

    /** For what may take longer than anything else does. */
    public static void until(Duration patience, Supplier<String> awaited, BooleanSupplier holds) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("in " + patience.toSeconds() + " s there was not: " + awaited.get());
            }
            pause(STEP);
        }
    }

    /** Lets a fault last. */
    public static void last(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        until(length.plus(PATIENCE), () -> "the end of " + length, () -> System.nanoTime() >= end);
    }

    /** Waits for a signal that somebody gives. */
    public static void forSignal(String awaited, CountDownLatch signal) {
        try {
            if (!signal.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("in " + PATIENCE.toSeconds() + " s there was not: " + awaited);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + awaited, e);
        }
    }

    /** Waits for what somebody finds out. */
    public static <T> T forResult(String awaited, CompletableFuture<T> result) {
        try {
            return result.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("in " + PATIENCE.toSeconds() + " s there was not: " + awaited, e);
        } catch (ExecutionException e) {
            throw new AssertionError(awaited + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + awaited, e);
        }
    }

    static void pause(Duration step) {
        LockSupport.parkNanos(step.toNanos());
    }
}
