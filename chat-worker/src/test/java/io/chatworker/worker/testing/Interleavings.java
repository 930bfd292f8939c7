package io.chatworker.worker.testing;

import java.time.Duration;
import java.util.function.Supplier;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jspecify.annotations.Nullable;

/**
 * Runs a few threads again and again, each time switching between them elsewhere: Lincheck decides before each access
 * to what they share which of them goes on, so a schedule that fails is found by search, and shown.
 *
 * <p>A scenario is made in the body of a lambda, {@code () -> new ItsClass()}: with a reference to the constructor Lincheck
 * does not see the object, and switches nowhere. A timed wait never times out here: who is never woken hangs, and that is a failure. Tests with it have the tag
 * {@code interleavings} and a JVM of their own, since all classes in it are rewritten, the JDK's too.
 * {@code -Dinterleavings.factor} multiplies how much is explored.
 */
public final class Interleavings {

    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final int FACTOR = Integer.getInteger("interleavings.factor", 1);

    /** Lincheck takes for shared what a static field leads to, and switches nowhere else. */
    @SuppressWarnings("UnusedVariable")
    private static @Nullable Scenario shared;

    private Interleavings() {}

    /** Something that threads share. Its lambdas may capture only it: captured locals count as one thread's own. */
    public interface Scenario {

        /** What the threads do, each its part. */
        Runnable[] parts();

        /** What holds when all have ended, whatever the schedule was. */
        void check();
    }

    /** Runs new scenarios under so many schedules, and fails with the first that breaks, hangs or throws. */
    public static void explore(int schedules, Supplier<? extends Scenario> scenarios) {
        warmUp(scenarios.get());
        Lincheck.runConcurrentTest(schedules * FACTOR, () -> run(scenarios.get()));
    }

    /**
     * As it comes, before Lincheck looks: a thread that it stopped while it initialized a class would block the others
     * for good.
     */
    private static void warmUp(Scenario scenario) {
        Part[] threads = begin(scenario);
        try {
            boolean ended = true;
            for (Part thread : threads) {
                ended &= thread.join(WARM_UP);
            }
            if (ended) {
                scenario.check();
            }
        } catch (AssertionError e) {
            // Exploring finds it too, and shows how it came.
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts", e);
        }
    }

    // Plain loops: Lincheck does not look into a forEach.
    private static void run(Scenario scenario) {
        Part[] threads = begin(scenario);
        for (Part thread : threads) {
            join(thread);
        }
        for (Part thread : threads) {
            if (thread.failure != null) {
                throw new AssertionError("a part threw " + thread.failure, thread.failure);
            }
        }
        scenario.check();
    }

    private static Part[] begin(Scenario scenario) {
        shared = scenario;
        Runnable[] parts = scenario.parts();
        Part[] threads = new Part[parts.length];
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Part(parts[i]);
        }
        for (Part thread : threads) {
            thread.start();
        }
        return threads;
    }

    /** Keeps what it throws, which Lincheck only prints. */
    private static final class Part extends Thread {

        private final Runnable work;
        private @Nullable Throwable failure;

        Part(Runnable work) {
            this.work = work;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                work.run();
            } catch (Throwable e) {
                failure = e;
            }
        }
    }

    private static void join(Part thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts", e);
        }
    }

    /**
     * Calls the methods of {@code type} that are marked as operations from three threads in every combination Lincheck
     * can think of, and fails where the results are not those of some order of the same calls one after the other.
     */
    public static void assertAtomic(Class<?> type) {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(2)
                .iterations(5 * FACTOR)
                .invocationsPerIteration(100)
                .check(type);
    }

    /** Fails where it does not hold; AssertJ would be explored too. */
    public static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
