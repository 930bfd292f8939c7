package io.chatworker.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkerTimerTest {

    @Test
    @Law(7)
    void aTaskThatThrowsIsLoggedWithoutItsMessageAndTheTimerGoesOn() {
        CountDownLatch next = new CountDownLatch(1);
        try (CapturedLog log = new CapturedLog();
                WorkerTimer timer = new WorkerTimer()) {
            var _ = timer.schedule(WorkerTimerTest::fail, 0, TimeUnit.MILLISECONDS);
            var _ = timer.schedule(next::countDown, 1, TimeUnit.MILLISECONDS);

            Waits.forSignal("the next task", next);
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("the timer: java.lang.IllegalStateException at ")
                            && line.contains("WorkerTimerTest.fail"))
                    .noneMatch(line -> line.contains("the text of a message"));
        }
    }

    @Test
    @Law(6)
    void aTaskThatIsCancelledIsForgotten() {
        try (WorkerTimer timer = new WorkerTimer()) {
            Future<?> task = timer.schedule(() -> {}, 1, TimeUnit.HOURS);
            task.cancel(false);

            assertThat(timer.getQueue()).isEmpty();
        }
    }

    private static void fail() {
        throw new IllegalStateException("the text of a message");
    }
}
