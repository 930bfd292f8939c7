package io.chatworker.worker.publish;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/**
 * How long text is gathered.
 *
 * @param interval the most that a piece waits for the next; zero for not at all
 * @param timer sends what was gathered when nothing more comes
 */
public record ChunkTiming(Duration interval, ScheduledExecutorService timer) {}
