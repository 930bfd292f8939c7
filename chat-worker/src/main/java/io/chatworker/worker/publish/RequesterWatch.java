package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.ReplyCode;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Notices requesters with direct reply-to that are gone. RabbitMQ says nothing of a message to them, but it answers a
 * passive declaration of the name with 404 once they are gone
 * (<a href="https://www.rabbitmq.com/docs/direct-reply-to">direct reply-to</a>). Each name is asked for every 5 s, and
 * at most 20 a second in all.
 */
final class RequesterWatch implements AutoCloseable {

    private static final Duration ROUND = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration BETWEEN = Duration.ofMillis(50);

    /** What a question for a requester brought. */
    enum Presence {
        THERE,
        GONE,
        UNKNOWN
    }

    private final BrokerConnection connection;
    private final StopSignal closing = new StopSignal();
    private final ReentrantLock asking = new ReentrantLock();
    /** Guarded by asking: a question that is answered with yes leaves it open. */
    private @Nullable Channel spare;
    /** Whom to call when a name is gone; as many as there are chats at most. */
    private final Map<String, Set<Runnable>> watched = new ConcurrentHashMap<>();

    RequesterWatch(String worker, BrokerSettings settings) {
        this.connection = new BrokerConnection(worker + " requesters", settings, _ -> {});
    }

    BrokerConnection connection() {
        return connection;
    }

    void start() {
        connection.start();
        Thread.ofVirtual().name("requester watch").start(this::watch);
    }

    /** Has {@code gone} called on a thread of its own once nobody has this name. */
    void add(String replyTo, Runnable gone) {
        watched.compute(replyTo, (_, present) -> {
            Set<Runnable> listeners = present == null ? ConcurrentHashMap.newKeySet() : present;
            listeners.add(gone);
            return listeners;
        });
    }

    void remove(String replyTo, Runnable gone) {
        watched.computeIfPresent(replyTo, (_, listeners) -> {
            listeners.remove(gone);
            return listeners.isEmpty() ? null : listeners;
        });
    }

    private void watch() {
        boolean going = !closing.await(ROUND);
        while (going) {
            long began = System.nanoTime();
            for (String name : List.copyOf(watched.keySet())) {
                if (look(name) == Presence.GONE) {
                    watched.getOrDefault(name, Set.of()).forEach(Thread::startVirtualThread);
                }
                if (closing.await(BETWEEN)) {
                    return;
                }
            }
            going = !closing.await(ROUND.minusNanos(System.nanoTime() - began));
        }
    }

    /** Asks for a requester, again for a moment while there is no connection to ask on. */
    Presence ask(String name) {
        Presence presence = look(name);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (presence == Presence.UNKNOWN && System.nanoTime() < deadline && !closing.await(BETWEEN)) {
            presence = look(name);
        }
        return presence;
    }

    /**
     * Asks on a connection that serves nothing else: RabbitMQ 3.10 closes it (541) for a name that is forged, or of a node
     * it does not know. One question at a time, so that it is clear which name that was.
     */
    private Presence look(String name) {
        try {
            if (!asking.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return Presence.UNKNOWN;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Presence.UNKNOWN;
        }
        try {
            Channel open = spare();
            return open == null ? Presence.UNKNOWN : declare(name, open);
        } catch (IOException | AlreadyClosedException e) {
            // Nothing was asked, whatever the broker said on the connection before.
            return Presence.UNKNOWN;
        } finally {
            asking.unlock();
        }
    }

    private @Nullable Channel spare() throws IOException {
        Connection open = connection.current();
        Channel channel = spare;
        if (open != null && (channel == null || !channel.isOpen())) {
            channel = BrokerConnection.channel(open);
            spare = channel;
        }
        return open == null ? null : channel;
    }

    /** Where the answer is no the broker closes the channel, or the whole connection. */
    private Presence declare(String name, Channel channel) {
        try {
            channel.queueDeclarePassive(name);
            return Presence.THERE;
        } catch (IOException e) {
            // An answer that comes too late must not be taken for the next one.
            spare = null;
            Thread.startVirtualThread(() -> abandon(channel));
            int code = ReplyCode.of(e);
            return code == AMQP.NOT_FOUND || code == AMQP.INTERNAL_ERROR ? Presence.GONE : Presence.UNKNOWN;
        }
    }

    private static void abandon(Channel channel) {
        try {
            channel.abort();
        } catch (IOException e) {
            // It is closed all the same: abort reports nothing else.
        }
    }

    @Override
    public void close() {
        closing.stop();
        connection.close();
    }
}
