package io.chatworker.worker.settings;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waiting times that double from the first to the longest, each drawn between its half and its whole. */
public record Backoff(Duration first, Duration longest) {

    /** The wait after {@code failures} failures in a row, at least 1. */
    public Duration after(int failures, RandomGenerator random) {
        long whole = first.toMillis() << Math.min(failures - 1, 20);
        long bounded = Math.min(whole, longest.toMillis());
        return Duration.ofMillis(bounded / 2 + random.nextLong(bounded / 2 + 1));
    }
}
