package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.client.ReplyCode;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One channel that several requests publish on, in the order in which they do. RabbitMQ keeps the order of messages
 * only within a channel (<a href="https://www.rabbitmq.com/docs/queues#message-ordering">message ordering</a>), so a
 * request stays with its stripe.
 *
 * <p>Every message is kept until the broker confirms it. On a fresh channel the unconfirmed ones are sent again first,
 * in their order: one may come twice, none is missing and none overtakes. Only so many wait so ({@link Unconfirmed});
 * then, and while the broker blocks publishers or is gone, {@link #publish} waits.
 *
 * <p>What the broker says nothing of for a minute goes out again on a fresh channel too: a confirm can be lost for good,
 * as for a queue on the minority's side of a partition.
 *
 * <p>What the broker refuses (nack) counts as unconfirmed while the channel may be to blame: then publishing waits for
 * a fresh one. {@link Doubt} bounds how often; beyond that a refusal is the queue's, and final.
 *
 * <p>Two locks: {@code wire} is held while bytes are written and keeps the order; {@code books} guards the fields and
 * is never held over I/O, so that the client's reader thread, which brings confirms and returns, never waits for a
 * write.
 */
final class Stripe {

    private static final int MAX_DEATHS = 2;
    /** How the broker calls the exchange without a name, which leads to reply queues. */
    private static final String NAMELESS = "amq.default";

    private final PublishCounts counts;
    private final Consumer<Stripe> needsChannel;
    private final ReentrantLock wire = new ReentrantLock();
    private final ReentrantLock books = new ReentrantLock();
    private final Condition changed = books.newCondition();

    // Guarded by books.
    private final Unconfirmed unconfirmed = new Unconfirmed();
    private final Doubt doubt = new Doubt(System.nanoTime());
    /** The current channel while it takes new messages. */
    private @Nullable Channel channel;

    private boolean blocked;
    /** Whether the current channel has refused messages that are kept for the next. */
    private boolean doubted;
    /** Channels in a row that the broker closed over a message before they brought a confirm. */
    private int deaths;
    /** The channel whose confirms count; publishers may use it once it has sent what was unconfirmed. */
    private @Nullable Channel current;

    /** {@code needsChannel} is told, on a thread of the client's, to {@link #open} soon, and must not wait. */
    Stripe(PublishCounts counts, Consumer<Stripe> needsChannel) {
        this.counts = counts;
        this.needsChannel = needsChannel;
    }

    /**
     * Hands one message to the broker, waiting while it takes none.
     *
     * @param left ends the wait
     * @throws IllegalArgumentException where the message cannot be written at all, such as for headers over a frame
     */
    void publish(Outgoing message, StopSignal left) throws PublishAbandoned {
        Channel open;
        do {
            awaitRoom(message, left);
            wire.lock();
            try {
                open = enter(message);
                if (open != null) {
                    write(open, message);
                }
            } finally {
                wire.unlock();
            }
        } while (open == null);
    }

    private void awaitRoom(Outgoing message, StopSignal left) throws PublishAbandoned {
        if (roomFor(message)) {
            return;
        }
        try (StopSignal.Registration _ = left.onStop(this::wake)) {
            books.lock();
            try {
                while (!hasRoom(message)) {
                    if (left.isStopped()) {
                        throw new PublishAbandoned();
                    }
                    changed.await();
                }
            } finally {
                books.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishAbandoned();
        }
    }

    private boolean roomFor(Outgoing message) {
        books.lock();
        try {
            return hasRoom(message);
        } finally {
            books.unlock();
        }
    }

    private boolean hasRoom(Outgoing message) {
        return channel != null && !blocked && unconfirmed.hasRoom(message);
    }

    private @Nullable Channel enter(Outgoing message) {
        books.lock();
        try {
            if (!hasRoom(message)) {
                return null;
            }
            unconfirmed.add(message);
            return channel;
        } finally {
            books.unlock();
        }
    }

    /** Called with the wire held. A message that did not get through is unconfirmed and goes out again. */
    private void write(Channel open, Outgoing message) {
        try {
            send(open, message);
        } catch (IOException | AlreadyClosedException e) {
            // The channel's shutdown listener brings a new one.
            lost(open);
        } catch (RuntimeException e) {
            leave(message);
            abort(open);
            throw new IllegalArgumentException("a message that can not be written", e);
        }
    }

    /** Takes the newest message back; the client may have counted it, so the channel must not go on. */
    private void leave(Outgoing message) {
        books.lock();
        try {
            unconfirmed.remove(message);
            channel = null;
        } finally {
            books.unlock();
        }
    }

    private static void send(Channel open, Outgoing message) throws IOException {
        Message content = message.message;
        open.basicPublish(content.exchange, content.routingKey, content.mandatory, content.properties, content.body);
    }

    /** Goes on with a channel of this connection instead of the current one, after sending what is unconfirmed. */
    void open(Connection connection) throws IOException {
        retire();
        Channel fresh = BrokerConnection.channel(connection);
        fresh.confirmSelect();
        wire.lock();
        try {
            List<Outgoing> first = adopt(fresh);
            fresh.addConfirmListener(
                    (tag, multiple) -> confirmed(fresh, tag, multiple),
                    (tag, multiple) -> refused(fresh, tag, multiple));
            fresh.addReturnListener((Return message) -> returned(message.getExchange(), message.getRoutingKey()));
            fresh.addShutdownListener(cause -> closed(fresh, cause));
            for (Outgoing message : first) {
                counts.resent.increment();
                send(fresh, message);
            }
            admit();
        } finally {
            wire.unlock();
        }
    }

    /** Whether it has a channel that takes messages, but for a broker that blocks. */
    boolean isOpen() {
        books.lock();
        try {
            return channel != null;
        } finally {
            books.unlock();
        }
    }

    /** Publishers wait while the broker blocks them. */
    void blocked(boolean blocked) {
        books.lock();
        try {
            this.blocked = blocked;
            unconfirmed.restart(System.nanoTime());
            changed.signalAll();
        } finally {
            books.unlock();
        }
    }

    /**
     * Waits for a fresh channel where an answer of the broker is missing for too long; whether it does.
     *
     * @param now {@link System#nanoTime()}
     */
    boolean misses(long now) {
        books.lock();
        try {
            if (channel == null || blocked || unconfirmed.overdue(now) == null) {
                return false;
            }
            channel = null;
        } finally {
            books.unlock();
        }
        needsChannel.accept(this);
        return true;
    }

    private void wake() {
        books.lock();
        try {
            changed.signalAll();
        } finally {
            books.unlock();
        }
    }

    /** Closes the current channel: what the broker has of it comes before what it gets on the next. */
    private void retire() throws IOException {
        Channel former = current();
        if (former != null) {
            former.abort();
        }
    }

    private @Nullable Channel current() {
        books.lock();
        try {
            return current;
        } finally {
            books.unlock();
        }
    }

    /** From now on this channel's confirms count; what it has to send first. */
    private List<Outgoing> adopt(Channel fresh) {
        books.lock();
        try {
            quarantine();
            current = fresh;
            channel = null;
            doubted = false;
            return unconfirmed.renumber();
        } finally {
            books.unlock();
        }
    }

    /**
     * A message that makes the broker close the channel would do so for ever, and keep all behind it from the broker.
     * After it has cost two channels in a row it goes: one to a requester is given up as if the requester were gone,
     * any other is refused, so that its sender sends it again later.
     */
    private void quarantine() {
        if (deaths < MAX_DEATHS) {
            return;
        }
        deaths = 0;
        Outgoing guilty = unconfirmed.oldest();
        if (guilty == null) {
            return;
        }
        boolean toRequester = guilty.message.exchange.isEmpty();
        if (!toRequester) {
            counts.refused.increment();
        }
        comesBack(guilty);
        unconfirmed.settle(guilty, toRequester);
    }

    private void admit() {
        books.lock();
        try {
            channel = doubted ? null : current;
            changed.signalAll();
        } finally {
            books.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // A channel is the object itself: its number is used again.
    private void confirmed(Channel from, long tag, boolean multiple) {
        books.lock();
        try {
            if (from == current) {
                deaths = 0;
                unconfirmed.settle(tag, multiple, true);
                changed.signalAll();
            }
        } finally {
            books.unlock();
        }
    }

    private void refused(Channel from, long tag, boolean multiple) {
        if (doubts(from, tag, multiple)) {
            needsChannel.accept(this);
        }
    }

    /** Whether the channel may be to blame for a refusal, so that a fresh one is to try. */
    @SuppressWarnings("ReferenceEquality") // As above.
    private boolean doubts(Channel from, long tag, boolean multiple) {
        books.lock();
        try {
            if (from != current) {
                return false;
            }
            deaths = 0;
            doubted = doubted || doubt.allows(System.nanoTime());
            if (doubted) {
                channel = null;
                unconfirmed.keep(tag, multiple);
            } else {
                counts.refused.add(unconfirmed.settle(tag, multiple, false));
                changed.signalAll();
            }
            return doubted;
        } finally {
            books.unlock();
        }
    }

    private void returned(String exchange, String routingKey) {
        books.lock();
        try {
            Outgoing message = unconfirmed.returned(exchange, routingKey);
            if (message != null) {
                comesBack(message);
            }
        } finally {
            books.unlock();
        }
    }

    private static void comesBack(Outgoing message) {
        message.returned = true;
        if (message.onReturned != null) {
            Thread.startVirtualThread(message.onReturned);
        }
    }

    private void closed(Channel which, ShutdownSignalException cause) {
        if (blamesAMessage(cause)) {
            books.lock();
            try {
                deaths++;
            } finally {
                books.unlock();
            }
        }
        lost(which);
        if (!cause.isHardError() && !cause.isInitiatedByApplication()) {
            needsChannel.accept(this);
        }
    }

    /**
     * A connection that breaks does not, nor does a channel that we close, nor an exchange of ours that is gone or
     * closed to us: that passes.
     */
    private static boolean blamesAMessage(ShutdownSignalException cause) {
        if (cause.isInitiatedByApplication()) {
            return false;
        }
        int code = ReplyCode.of(cause);
        if (code == AMQP.NOT_FOUND || code == AMQP.ACCESS_REFUSED) {
            return String.valueOf(cause.getMessage()).contains(NAMELESS);
        }
        return code != 0 && code != AMQP.CONNECTION_FORCED;
    }

    @SuppressWarnings("ReferenceEquality") // As above.
    private void lost(Channel which) {
        books.lock();
        try {
            if (current == which) {
                current = null;
                channel = null;
            }
        } finally {
            books.unlock();
        }
    }

    private void abort(Channel open) {
        lost(open);
        try {
            open.abort();
        } catch (IOException e) {
            // It is closed all the same: abort reports nothing else.
        }
        needsChannel.accept(this);
    }
}
