package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices requesters with direct reply-to that are gone. RabbitMQ tells nothing of a message to them, but a passive
 * declaration of the name is answered by 404 once they are
 * (<a href="https://www.rabbitmq.com/docs/direct-reply-to">direct reply-to</a>). Each name is asked for every 5 s, and
 * at most 20 a second in all.
 */
final class RequesterWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RequesterWatch.class);
    private static final Duration ROUND = Duration.ofSeconds(5);
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final Supplier<@Nullable Connection> connection;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** Who is to be told, by name; as many as there are chats at most. */
    private final Map<String, Set<Runnable>> requesters = new ConcurrentHashMap<>();

    RequesterWatch(Supplier<@Nullable Connection> connection) {
        this.connection = connection;
    }

    void start() {
        Thread.ofVirtual().name("requester watch").start(this::watch);
    }

    void add(String replyTo, Runnable gone) {
        requesters.compute(replyTo, (_, present) -> {
            Set<Runnable> told = present == null ? ConcurrentHashMap.newKeySet() : present;
            told.add(gone);
            return told;
        });
    }

    void remove(String replyTo, Runnable gone) {
        requesters.computeIfPresent(replyTo, (_, told) -> {
            told.remove(gone);
            return told.isEmpty() ? null : told;
        });
    }

    private void watch() {
        boolean going = !isClosingWithin(ROUND);
        while (going) {
            long began = System.nanoTime();
            for (String name : List.copyOf(requesters.keySet())) {
                if (isGone(name)) {
                    requesters.getOrDefault(name, Set.of()).forEach(Thread::startVirtualThread);
                }
                if (isClosingWithin(BETWEEN)) {
                    return;
                }
            }
            going = !isClosingWithin(ROUND.minusNanos(System.nanoTime() - began));
        }
    }

    private boolean isGone(String name) {
        Connection open = connection.get();
        if (open == null || !open.isOpen()) {
            return false;
        }
        try {
            Channel spare = open.createChannel();
            if (spare == null) {
                return false;
            }
            try {
                spare.queueDeclarePassive(name);
                spare.abort();
                return false;
            } catch (IOException e) {
                return e.getCause() instanceof ShutdownSignalException signal
                        && signal.getReason() instanceof AMQP.Channel.Close close
                        && close.getReplyCode() == AMQP.NOT_FOUND;
            }
        } catch (IOException | RuntimeException e) {
            log.debug("a requester could not be looked for: the connection is going");
            return false;
        }
    }

    private boolean isClosingWithin(Duration wait) {
        try {
            return closing.await(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
