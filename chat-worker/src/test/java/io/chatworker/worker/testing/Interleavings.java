package io.chatworker.worker.testing;

import java.util.function.Supplier;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jspecify.annotations.Nullable;

/**
 * Runs a few threads again and again, each time switching between them elsewhere: Lincheck decides before each access
 * to what they share which of them goes on, so a schedule that fails is found by search, and shown.
 *
 * <p>A scenario is made in the body of a lambda, {@code () -> new ItsClass()}: what a reference to the constructor makes
 * is not seen. A timed wait never times out here: who is never woken hangs, and that is a failure. Tests with it have the
 * tag {@code interleavings} and a JVM of their own, since all classes in it are rewritten, the JDK's too.
 * {@code -Dinterleavings.factor} multiplies how much is explored.
 */
public final class Interleavings {

    private static final int TIMES_OUT_OF_TIME = 3;
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
        for (int again = TIMES_OUT_OF_TIME; ; again--) {
            try {
                Lincheck.runConcurrentTest(schedules * FACTOR, () -> run(scenarios.get()));
                return;
            } catch (LincheckAssertionError e) {
                if (again == 0 || !ranOutOfTime(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * A schedule that leads to a hang is shown. Where none is shown, rewriting the classes took longer than the half minute
     * that Lincheck gives to one schedule, as it may on a busy machine; the next time that is done.
     */
    private static boolean ranOutOfTime(LincheckAssertionError e) {
        String report = String.valueOf(e.getMessage());
        return report.contains("has hung") && !report.contains("interleaving");
    }

    // Plain loops: Lincheck does not look into a forEach.
    private static void run(Scenario scenario) {
        shared = scenario;
        Runnable[] parts = scenario.parts();
        Part[] threads = new Part[parts.length];
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Part(parts[i]);
        }
        for (Part thread : threads) {
            thread.start();
        }
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

    /** Keeps what it throws, which Lincheck only prints. */
    private static final class Part extends Thread {

        private final Runnable work;
        private @Nullable Throwable failure;

        Part(Runnable work) {
            this.work = work;
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

    private static void join(Thread thread) {
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
