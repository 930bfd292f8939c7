package io.chatworker.worker.publish;

import io.chatworker.worker.settings.Env;
import java.time.Duration;

/**
 * How events leave.
 *
 * @param maxEventBytes what a terminal event may weigh
 * @param chunkInterval how long text is gathered at most; zero for not at all
 */
public record PublishSettings(int maxEventBytes, Duration chunkInterval) {

    /** More saves hardly anything, and every question on the connection takes so much longer. */
    private static final Duration MAX_BEAT = Duration.ofMillis(5);

    /** What all streams send within it leaves together: a quarter of the interval. */
    Duration beat() {
        Duration quarter = chunkInterval.dividedBy(4);
        return quarter.compareTo(MAX_BEAT) > 0 ? MAX_BEAT : quarter;
    }

    public static PublishSettings from(Env env) {
        return new PublishSettings(
                env.size("CHAT_MAX_EVENT_BYTES", 8 * 1024 * 1024, 1024, 128 * 1024 * 1024),
                env.duration("CHAT_CHUNK_INTERVAL", Duration.ofMillis(20), Duration.ZERO, Duration.ofSeconds(10)));
    }
}
