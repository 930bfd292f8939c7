package io.chatworker.worker.run;

import io.chatworker.worker.settings.Env;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;

/**
 * How long and how often a chat is tried, and what its events may weigh.
 *
 * @param maxDuration from delivery to terminal event, with all tries and waits
 * @param breaker so many requests in a row that end in passing failures close the way to Ollama
 * @param hold how long a request waits here for Ollama before it may go back to the queue
 * @param maxDeliveries a request that was delivered so often kills workers, and is not run again
 * @param chunkInterval how long text is gathered at most
 */
public record RunSettings(
        String worker,
        int maxAttempts,
        Duration maxDuration,
        int breaker,
        Duration hold,
        int maxDeliveries,
        int maxEventBytes,
        Duration chunkInterval) {

    public static RunSettings from(Env env) {
        return new RunSettings(
                env.parsed("CHAT_WORKER_NAME", hostAndRandom(), RunSettings::name),
                env.integer("CHAT_MAX_ATTEMPTS", 3, 1, 99),
                env.duration(
                        "CHAT_MAX_DURATION", Duration.ofMinutes(20), Duration.ofMillis(10), Duration.ofMinutes(25)),
                env.integer("CHAT_BREAKER", 5, 1, 1_000_000),
                env.duration("CHAT_HOLD", Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMinutes(25)),
                env.integer("CHAT_MAX_DELIVERIES", 15, 1, 19),
                env.size("CHAT_MAX_EVENT_BYTES", 8 * 1024 * 1024, 1024, 128 * 1024 * 1024),
                env.duration("CHAT_CHUNK_INTERVAL", Duration.ofMillis(20), Duration.ZERO, Duration.ofSeconds(10)));
    }

    private static String name(String text) {
        if (!text.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException("1 to 64 letters, digits, '_', '-' and '.', not '" + text + "'");
        }
        return text;
    }

    private static String hostAndRandom() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "worker";
        }
        String plain = host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_.-]", "-");
        return plain.substring(0, Math.min(plain.length(), 50)) + "-"
                + UUID.randomUUID().toString().substring(0, 6);
    }
}
