package io.chatworker.worker.intake;

import io.chatworker.contracts.Topology;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.settings.Env;
import java.time.Duration;

/**
 * What is taken in, and how much at once.
 *
 * @param concurrency chats at once = prefetch
 */
public record IntakeSettings(int concurrency, RabbitTopology.Pool pool, Duration drainTimeout, Duration cancelMemory) {

    /** More would cost more memory than they save CPU. */
    static final int MOST_PLATFORM_THREADS = 256;

    /**
     * A thread for one chat. Platform threads sleep in the read of the next line, and the kernel wakes them; a virtual one
     * is woken through two further threads, which costs more than all that is done with the line. Only where there may be
     * many chats are they virtual. Never interrupted, either way.
     */
    Thread chatThread(String name, Runnable chat) {
        Thread.Builder threads = concurrency > MOST_PLATFORM_THREADS
                ? Thread.ofVirtual()
                : Thread.ofPlatform().daemon();
        return threads.name(name).unstarted(chat);
    }

    public static IntakeSettings from(Env env, Topology topology) {
        IntakeSettings settings = new IntakeSettings(
                env.integer("CHAT_CONCURRENCY", 1, 1, 100_000),
                new RabbitTopology.Pool(
                        env.text("CHAT_REQUESTS_QUEUE", topology.requests()), env.list("CHAT_REQUESTS_BINDINGS", "")),
                env.duration("CHAT_DRAIN_TIMEOUT", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(25)),
                env.duration("CHAT_CANCEL_MEMORY", Duration.ofMinutes(10), Duration.ZERO, Duration.ofHours(24)));
        if (settings.pool.queue().equals(topology.requests())
                && !settings.pool.bindings().isEmpty()) {
            env.problem("CHAT_REQUESTS_BINDINGS needs CHAT_REQUESTS_QUEUE: the full name of the pool's own queue");
        }
        return settings;
    }
}
