package io.chatworker.client;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.Date;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages, mandatory and confirmed, each on a channel of its own: what the broker has against one disturbs no
 * other. Where the connection is lost before the confirm the message is sent again, since it may not have arrived. Safe
 * for any thread.
 */
final class Post {

    /** What became of a message. */
    enum Outcome {
        TAKEN,
        /** No queue is bound for it. */
        RETURNED,
        /** The broker nacked it: a queue is full. */
        REFUSED
    }

    /** Done on the channel before the message leaves, again each time it does. */
    interface Before {
        Before NOTHING = channel -> {};

        void on(Channel channel) throws IOException;
    }

    // A connection has 2,047 channels at most.
    private static final int CHANNELS = 128;

    private final Link link;
    private final Topology topology;
    private final String user;
    private final Semaphore channels = new Semaphore(CHANNELS, true);

    /** {@code user}: the one of the project's definitions whose permissions are enough. */
    Post(Link link, Topology topology, String user) {
        this.link = link;
        this.topology = topology;
        this.user = user;
    }

    /** Opens the link, and says why where that does not go. */
    void open() {
        try {
            link.open();
        } catch (NotConnected e) {
            throw Link.noBroker(e);
        } catch (IOException | ShutdownSignalException e) {
            throw refused(e);
        }
    }

    static AMQP.BasicProperties.Builder properties(String type) {
        return new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .type(type)
                .timestamp(new Date());
    }

    /** Waits for a connection and for the confirm, together so long. */
    Outcome send(
            String exchange,
            String key,
            AMQP.BasicProperties properties,
            byte[] body,
            Duration patience,
            Before before) {
        long until = System.nanoTime() + patience.toNanos();
        try {
            if (!channels.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw notConfirmed(patience, null);
            }
        } catch (InterruptedException e) {
            throw new ChatException.Interrupted(e);
        }
        try {
            while (true) {
                try {
                    return sendOnce(exchange, key, properties, body, until, before);
                } catch (TimeoutException e) {
                    throw notConfirmed(patience, e);
                } catch (IOException | ShutdownSignalException e) {
                    if (isAboutTheMessage(e)) {
                        throw refused(e);
                    }
                    if (System.nanoTime() > until) {
                        throw notConfirmed(patience, e);
                    }
                }
            }
        } finally {
            channels.release();
        }
    }

    private Outcome sendOnce(
            String exchange, String key, AMQP.BasicProperties properties, byte[] body, long until, Before before)
            throws IOException, TimeoutException {
        Channel channel = link.channel(until);
        try {
            AtomicBoolean returned = new AtomicBoolean();
            channel.confirmSelect();
            channel.addReturnListener(message -> returned.set(true));
            before.on(channel);
            channel.basicPublish(exchange, key, true, properties, body);
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (!channel.waitForConfirms(Math.max(left, 1))) {
                return Outcome.REFUSED;
            }
            // It comes before the confirm.
            return returned.get() ? Outcome.RETURNED : Outcome.TAKEN;
        } catch (InterruptedException e) {
            throw new ChatException.Interrupted(e);
        } finally {
            abort(channel);
        }
    }

    static void abort(Channel channel) {
        try {
            channel.abort();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    /**
     * Whether the broker closed the channel, not the connection: the same would come again. A reply queue that somebody
     * deleted is another matter, since it is on its way back.
     */
    private static boolean isAboutTheMessage(Throwable e) {
        if (ReplyCode.of(e) == AMQP.NOT_FOUND && ReplyCode.reason(e).contains("no queue")) {
            return false;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException signal) {
                return !signal.isHardError() && !signal.isInitiatedByApplication();
            }
        }
        return false;
    }

    ChatException refused(Exception e) {
        int code = ReplyCode.of(e);
        String reason = ReplyCode.reason(e);
        if (code == AMQP.NOT_FOUND) {
            return new ChatException.BrokerRefused(
                    code,
                    "No worker has set up this broker for the namespace '" + topology.namespace() + "' (" + reason
                            + ").",
                    "Start a worker; if one runs, check RABBITMQ_URI and CHAT_NAMESPACE.",
                    e);
        }
        if (code == AMQP.ACCESS_REFUSED) {
            return new ChatException.BrokerRefused(
                    code,
                    "The broker does not allow this user to do that (" + reason + ").",
                    "Give the user in RABBITMQ_URI the permissions of '" + user + "' in ops/rabbitmq/definitions.json.",
                    e);
        }
        return new ChatException.BrokerRefused(
                code, "The broker refused the message (" + reason + ").", "Correct what it says, such as the size.", e);
    }

    private ChatException notConfirmed(Duration patience, @Nullable Exception e) {
        String blocked = link.blocked();
        return new ChatException.NotConfirmed(
                "The broker did not confirm the message within " + text(patience) + ".",
                blocked == null
                        ? "Look at its load and its log; the message may have arrived."
                        : "It takes no messages now (" + blocked + "): free its memory or disk space.",
                e);
    }

    static String text(Duration span) {
        return span.toMillis() % 1000 == 0 ? span.toSeconds() + " s" : span.toMillis() + " ms";
    }
}
