package io.chatworker.worker.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stops a chat when its time is over; forgotten when the chat ends first. */
final class TimeLimits implements AutoCloseable {

    private final ScheduledExecutorService timer;
    private final Consumer<StopReason> stop;
    private final List<ScheduledFuture<?>> limits = new ArrayList<>();

    /** {@code stop} is called on a thread of its own. */
    TimeLimits(ScheduledExecutorService timer, Consumer<StopReason> stop) {
        this.timer = timer;
        this.stop = stop;
    }

    void stopAfter(Duration wait, StopReason reason) {
        limits.add(timer.schedule(
                () -> Thread.startVirtualThread(() -> stop.accept(reason)), wait.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** At once where the instant has passed; never where there is none. */
    void stopAt(@Nullable Instant instant, StopReason reason) {
        if (instant == null) {
            return;
        }
        Duration left = Duration.between(Instant.now(), instant);
        if (left.isPositive()) {
            stopAfter(left, reason);
        } else {
            stop.accept(reason);
        }
    }

    @Override
    public void close() {
        limits.forEach(limit -> limit.cancel(false));
    }
}
