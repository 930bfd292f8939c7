package io.chatworker.worker.run;

import io.chatworker.worker.settings.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How long to wait before another try after a transient failure. A pure function. */
final class RetryWait {

    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private RetryWait() {}

    /**
     * 1 s × 2ⁿ up to 30 s, drawn between half and whole; longer if Ollama asked for that.
     *
     * @param failures so far, at least 1
     */
    static Duration of(int failures, @Nullable Duration retryAfter, RandomGenerator random) {
        Duration wait = BACKOFF.after(failures, random);
        return retryAfter != null && retryAfter.compareTo(wait) > 0 ? retryAfter : wait;
    }
}
