package io.chatworker.worker.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.worker.testing.Interleavings.Scenario;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That the explorer finds what it is there for: without this, a test that finds nothing says nothing. */
@Tag("interleavings")
class InterleavingsTest {

    @Test
    void anUpdateThatIsLostIsFound() {
        assertThatThrownBy(() -> Interleavings.explore(500, () -> new LostUpdate()))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("both count");
    }

    @Test
    void aWakeUpThatIsLostIsFoundThoughTheWaitHasATimeLimit() {
        assertThatThrownBy(() -> Interleavings.explore(500, () -> new LostWakeUp()))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("hung");
    }

    @Test
    void anExceptionInAThreadIsFound() {
        assertThatThrownBy(() -> Interleavings.explore(500, () -> new ThrowsInAThread()))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("thrown by a part");
    }

    @Test
    void anOperationThatIsNotAtomicIsFound() {
        assertThatThrownBy(() -> Interleavings.assertAtomic(PlainCounter.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    private static final class LostUpdate implements Scenario {

        private int count;

        @Override
        public Runnable[] parts() {
            return new Runnable[] {() -> count++, () -> count++};
        }

        @Override
        public void check() {
            Interleavings.require(count == 2, "both count");
        }
    }

    /** Looks at the flag before it takes the lock. */
    private static final class LostWakeUp implements Scenario {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private boolean set;

        @Override
        public Runnable[] parts() {
            return new Runnable[] {this::await, this::set};
        }

        @SuppressWarnings("WaitNotInLoop") // The fault.
        private void await() {
            if (set) {
                return;
            }
            lock.lock();
            try {
                Interleavings.require(changed.await(1, TimeUnit.HOURS), "signalled");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                lock.unlock();
            }
        }

        private void set() {
            lock.lock();
            try {
                set = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void check() {}
    }

    private static final class ThrowsInAThread implements Scenario {

        private volatile boolean set;

        @Override
        public Runnable[] parts() {
            return new Runnable[] {() -> set = true, () -> Interleavings.require(!set, "thrown by a part")};
        }

        @Override
        public void check() {}
    }

    /** Counts without a lock. */
    public static class PlainCounter {

        private int count;

        @Operation
        public int next() {
            return ++count;
        }
    }
}
