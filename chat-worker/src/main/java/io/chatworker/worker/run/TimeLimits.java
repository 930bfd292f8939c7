package io.chatworker.worker.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops a chat after the longest time a request may take, and at the request's own deadline; from the constructor on,
 * until closed. A deadline that has passed stops it at once.
 */
final class TimeLimits implements AutoCloseable {

    private final ScheduledExecutorService timer;
    private final ChatStop stop;
    private final List<ScheduledFuture<?>> limits = new ArrayList<>();

    TimeLimits(ChatDesk desk, Chat chat, ChatStop stop) {
        this.timer = desk.attempts().timer();
        this.stop = stop;
        stopAfter(desk.settings().maxDuration(), StopReason.DURATION_EXCEEDED);
        stopAt(chat.request().deadline(), StopReason.DEADLINE_EXCEEDED);
    }

    /** By a virtual thread: a stop may close a socket, which is not for the timer's thread to wait for. */
    private void stopAfter(Duration wait, StopReason reason) {
        limits.add(timer.schedule(
                () -> Thread.startVirtualThread(() -> stop.stop(reason)), wait.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void stopAt(@Nullable Instant instant, StopReason reason) {
        if (instant == null) {
            return;
        }
        Duration left = Duration.between(Instant.now(), instant);
        if (left.isPositive()) {
            stopAfter(left, reason);
        } else {
            stop.stop(reason);
        }
    }

    @Override
    public void close() {
        limits.forEach(limit -> limit.cancel(false));
    }
}
