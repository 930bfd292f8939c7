package io.chatworker.worker;

import io.chatworker.worker.run.OwnFault;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The worker's one timer: a thread for what takes no time, such as starting a thread. A task that is cancelled is
 * forgotten at once, and one that throws is logged, which an executor keeps to itself.
 */
final class WorkerTimer extends ScheduledThreadPoolExecutor {

    WorkerTimer() {
        super(1, Thread.ofPlatform().daemon().name("timer").factory());
        setRemoveOnCancelPolicy(true);
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        super.afterExecute(task, thrown);
        if (task instanceof Future<?> done && done.isDone()) {
            try {
                done.get();
            } catch (ExecutionException e) {
                OwnFault.log("the timer", Objects.requireNonNullElse(e.getCause(), e));
            } catch (CancellationException e) {
                // Nobody wants it any more.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
