package io.chatworker.worker.intake;

import io.chatworker.contracts.Topology;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.settings.Glob;
import java.time.Duration;
import java.util.List;

/**
 * What is taken in, and how much at once.
 *
 * @param concurrency chats at once = prefetch
 * @param replyToAllowed queues that requests may name in {@code reply_to}
 * @param maxDeliveries a request that was delivered so often kills workers, and is not run again
 */
public record IntakeSettings(
        int concurrency,
        RabbitTopology.Pool pool,
        List<Glob> replyToAllowed,
        int maxRequestBytes,
        int maxMessageChars,
        int maxDeliveries,
        Duration drainTimeout,
        Duration cancelMemory) {

    private static final int MIB = 1024 * 1024;

    public static IntakeSettings from(Env env, Topology topology) {
        IntakeSettings settings = new IntakeSettings(
                env.integer("CHAT_CONCURRENCY", 1, 1, 100_000),
                new RabbitTopology.Pool(
                        env.text("CHAT_REQUESTS_QUEUE", topology.requests()), env.list("CHAT_REQUESTS_BINDINGS", "")),
                replyTo(env, topology),
                env.size("CHAT_MAX_REQUEST_BYTES", 8 * MIB, 64, 128 * MIB),
                env.integer("CHAT_MAX_MESSAGE_CHARS", 4000, 1, 128 * MIB),
                env.integer("CHAT_MAX_DELIVERIES", 15, 1, 19),
                env.duration("CHAT_DRAIN_TIMEOUT", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(25)),
                env.duration("CHAT_CANCEL_MEMORY", Duration.ofMinutes(10), Duration.ZERO, Duration.ofHours(24)));
        if (settings.pool.queue().equals(topology.requests())
                && !settings.pool.bindings().isEmpty()) {
            env.problem("CHAT_REQUESTS_BINDINGS needs CHAT_REQUESTS_QUEUE: the full name of the pool's own queue");
        }
        return settings;
    }

    /** The one variable that may be set to nothing: then no reply queue is allowed. */
    private static List<Glob> replyTo(Env env, Topology topology) {
        String otherwise = "amq.rabbitmq.reply-to.*,amq.gen-*," + topology.replyPrefix() + "*";
        return Env.split(env.raw("CHAT_REPLY_TO_ALLOWED").orElse(otherwise)).stream()
                .map(Glob::new)
                .toList();
    }
}
