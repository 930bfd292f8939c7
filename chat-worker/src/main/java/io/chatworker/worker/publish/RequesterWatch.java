package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.ReplyCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Notices requesters with direct reply-to that are gone. RabbitMQ tells nothing of a message to them, but a passive
 * declaration of the name is answered by 404 once they are
 * (<a href="https://www.rabbitmq.com/docs/direct-reply-to">direct reply-to</a>). Each name is asked for every 5 s, and
 * at most 20 a second in all.
 */
final class RequesterWatch implements AutoCloseable {

    private static final Duration ROUND = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final BrokerConnection connection;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** Who is to be told, by name; as many as there are chats at most. */
    private final Map<String, Set<Runnable>> requesters = new ConcurrentHashMap<>();

    RequesterWatch(String worker, BrokerSettings settings) {
        this.connection = new BrokerConnection(worker + " requesters", settings, _ -> {});
    }

    void start() {
        connection.start();
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
                if (look(name) == Presence.GONE) {
                    requesters.getOrDefault(name, Set.of()).forEach(Thread::startVirtualThread);
                }
                if (isClosingWithin(BETWEEN)) {
                    return;
                }
            }
            going = !isClosingWithin(ROUND.minusNanos(System.nanoTime() - began));
        }
    }

    /** What a question for a requester brought. */
    enum Presence {
        THERE,
        GONE,
        UNKNOWN
    }

    /** Asks for a requester, again for a moment while there is no connection to ask on. */
    Presence ask(String name) {
        Presence presence = look(name);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (presence == Presence.UNKNOWN && System.nanoTime() < deadline && !isClosingWithin(BETWEEN)) {
            presence = look(name);
        }
        return presence;
    }

    /**
     * Asks on a connection that serves nothing else: RabbitMQ 3.10 closes it for a name that is forged, or of a node it
     * does not know.
     */
    private Presence look(String name) {
        Connection open = connection.current();
        if (open == null) {
            return Presence.UNKNOWN;
        }
        try {
            try (Channel spare = BrokerConnection.channel(open)) {
                spare.queueDeclarePassive(name);
                return Presence.THERE;
            }
        } catch (IOException | TimeoutException | RuntimeException e) {
            int code = ReplyCode.of(e);
            return code == AMQP.NOT_FOUND || code == AMQP.INTERNAL_ERROR ? Presence.GONE : Presence.UNKNOWN;
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
        connection.close();
    }
}
