package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One channel that several requests publish on, in the order in which they do. RabbitMQ keeps the order of messages
 * only within a channel (<a href="https://www.rabbitmq.com/docs/queues#message-ordering">message ordering</a>), so a
 * request stays with its stripe.
 *
 * <p>Every message is kept until the broker confirms it. On a fresh channel the unconfirmed ones are sent again first,
 * in their order: one may come twice, none is missing and none overtakes. At most {@link #WINDOW} messages or
 * {@link #WINDOW_BYTES} wait so; then, and while the broker blocks publishers or is gone, {@link #publish} waits.
 *
 * <p>Two locks: {@code wire} is held while bytes are written and keeps the order; {@code books} guards the fields and
 * is never held over I/O, so that the client's reader thread, which brings confirms and returns, never waits for a
 * write.
 */
final class Stripe {

    static final int WINDOW = 1024;
    static final long WINDOW_BYTES = 16L * 1024 * 1024;
    private static final long PATIENCE_MS = 500;
    private static final int MAX_DEATHS = 2;
    /** How the broker calls the exchange without a name, which leads to reply queues. */
    private static final String NAMELESS = "amq.default";

    private final PublishCounts counts;
    private final Consumer<Stripe> onChannelClosed;
    private final ReentrantLock wire = new ReentrantLock();
    private final ReentrantLock books = new ReentrantLock();
    private final Condition changed = books.newCondition();

    // Guarded by books. Message number n, counted from 0 on each channel, is at ring[n % WINDOW]; its tag is n + 1.
    private final @Nullable Outgoing[] ring = new Outgoing[WINDOW];
    private long oldest;
    private long next;
    private long bytes;
    /** The current channel once it takes new messages. */
    private @Nullable Channel channel;

    private boolean blocked;
    /** Channels in a row that the broker closed over a message before they brought a confirm. */
    private int deaths;
    /** The channel whose confirms count; publishers may use it once it has sent what was unconfirmed. */
    private @Nullable Channel current;

    /** {@code onChannelClosed} is told on a thread of the client's, and must not wait. */
    Stripe(PublishCounts counts, Consumer<Stripe> onChannelClosed) {
        this.counts = counts;
        this.onChannelClosed = onChannelClosed;
    }

    /**
     * Hands one message to the broker, waiting while it takes none.
     *
     * @param abandoned asked while waiting; {@link #wake()} makes that soon
     * @throws IllegalArgumentException where the message can not be written at all, such as for headers over a frame
     */
    void publish(Outgoing message, BooleanSupplier abandoned) throws PublishAbandoned {
        while (true) {
            awaitRoom(message, abandoned);
            wire.lock();
            try {
                Channel open = enter(message);
                if (open != null) {
                    write(open, message);
                    return;
                }
            } finally {
                wire.unlock();
            }
        }
    }

    private void awaitRoom(Outgoing message, BooleanSupplier abandoned) throws PublishAbandoned {
        books.lock();
        try {
            while (!hasRoom(message)) {
                if (abandoned.getAsBoolean()) {
                    throw new PublishAbandoned();
                }
                boolean signalled = changed.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
                if (!signalled && abandoned.getAsBoolean()) {
                    throw new PublishAbandoned();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishAbandoned();
        } finally {
            books.unlock();
        }
    }

    /** Waits so long, or throws as soon as it is abandoned. */
    void pause(Duration wait, BooleanSupplier abandoned) throws PublishAbandoned {
        long left = wait.toNanos();
        books.lock();
        try {
            while (left > 0) {
                if (abandoned.getAsBoolean()) {
                    throw new PublishAbandoned();
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishAbandoned();
        } finally {
            books.unlock();
        }
    }

    private boolean hasRoom(Outgoing message) {
        boolean fits = next - oldest < WINDOW && (bytes + message.body.length <= WINDOW_BYTES || next == oldest);
        return channel != null && !blocked && fits;
    }

    private @Nullable Channel enter(Outgoing message) {
        books.lock();
        try {
            if (!hasRoom(message)) {
                return null;
            }
            ring[(int) (next++ % WINDOW)] = message;
            bytes += message.body.length;
            return channel;
        } finally {
            books.unlock();
        }
    }

    /** Called with the wire held. A message that did not get through stays in the ring and goes out again. */
    private void write(Channel open, Outgoing message) {
        try {
            open.basicPublish(
                    message.exchange, message.routingKey, message.mandatory, message.properties, message.body);
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
            next--;
            ring[(int) (next % WINDOW)] = null;
            bytes -= message.body.length;
            channel = null;
        } finally {
            books.unlock();
        }
    }

    /** Goes on with a channel of this connection, after sending what is unconfirmed. */
    void open(Connection connection) throws IOException {
        Channel fresh = BrokerConnection.channel(connection);
        fresh.confirmSelect();
        wire.lock();
        try {
            quarantine();
            int unconfirmed = renumber();
            fresh.addConfirmListener(
                    (tag, multiple) -> settle(fresh, tag, multiple, true),
                    (tag, multiple) -> settle(fresh, tag, multiple, false));
            fresh.addReturnListener((Return message) -> returned(message.getExchange(), message.getRoutingKey()));
            fresh.addShutdownListener(cause -> closed(fresh, cause));
            own(fresh);
            for (int i = 0; i < unconfirmed; i++) {
                Outgoing message = at(i);
                if (message != null) {
                    counts.resent.increment();
                    fresh.basicPublish(
                            message.exchange, message.routingKey, message.mandatory, message.properties, message.body);
                }
            }
            admit();
        } finally {
            wire.unlock();
        }
    }

    boolean isOpen() {
        books.lock();
        try {
            return current != null;
        } finally {
            books.unlock();
        }
    }

    /** Publishers wait while the broker blocks them. */
    void blocked(boolean blocked) {
        books.lock();
        try {
            this.blocked = blocked;
            changed.signalAll();
        } finally {
            books.unlock();
        }
    }

    /** Makes those who wait ask whether they are abandoned. */
    void wake() {
        books.lock();
        try {
            changed.signalAll();
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
        books.lock();
        try {
            if (deaths < MAX_DEATHS) {
                return;
            }
            deaths = 0;
            for (long n = oldest; n < next; n++) {
                Outgoing message = ring[(int) (n % WINDOW)];
                if (message != null && !message.settled) {
                    message.returned = true;
                    settleOne(n, message.exchange.isEmpty());
                    if (message.onReturned != null) {
                        Thread.startVirtualThread(message.onReturned);
                    }
                    return;
                }
            }
        } finally {
            books.unlock();
        }
    }

    private int renumber() {
        books.lock();
        try {
            @Nullable Outgoing[] left = new Outgoing[WINDOW];
            int count = 0;
            for (long n = oldest; n < next; n++) {
                Outgoing message = ring[(int) (n % WINDOW)];
                if (message != null && !message.settled) {
                    message.returned = false;
                    left[count++] = message;
                }
            }
            System.arraycopy(left, 0, ring, 0, WINDOW);
            oldest = 0;
            next = count;
            return count;
        } finally {
            books.unlock();
        }
    }

    private @Nullable Outgoing at(int number) {
        books.lock();
        try {
            return ring[number];
        } finally {
            books.unlock();
        }
    }

    private void own(Channel fresh) {
        books.lock();
        try {
            current = fresh;
            channel = null;
        } finally {
            books.unlock();
        }
    }

    private void admit() {
        books.lock();
        try {
            channel = current;
            changed.signalAll();
        } finally {
            books.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // A channel is the object itself: its number is used again.
    private void settle(Channel from, long tag, boolean multiple, boolean confirmed) {
        books.lock();
        try {
            if (from != current) {
                return;
            }
            deaths = 0;
            long number = tag - 1;
            for (long n = multiple ? oldest : number; n <= number; n++) {
                settleOne(n, confirmed);
            }
            while (oldest < next && isSettled(oldest)) {
                ring[(int) (oldest % WINDOW)] = null;
                oldest++;
            }
            changed.signalAll();
        } finally {
            books.unlock();
        }
    }

    private boolean isSettled(long number) {
        Outgoing message = ring[(int) (number % WINDOW)];
        return message == null || message.settled;
    }

    private void settleOne(long number, boolean confirmed) {
        Outgoing message = number < oldest || number >= next ? null : ring[(int) (number % WINDOW)];
        if (message == null || message.settled) {
            return;
        }
        message.settled = true;
        bytes -= message.body.length;
        if (!confirmed) {
            counts.refused.increment();
        }
        if (message.confirmation != null) {
            message.confirmation.complete(
                    !confirmed
                            ? Confirmation.REFUSED
                            : message.returned ? Confirmation.UNROUTABLE : Confirmation.CONFIRMED);
        }
    }

    /** A return comes before its confirm, and names no tag: the oldest mandatory message with that address it is. */
    private void returned(String exchange, String routingKey) {
        books.lock();
        try {
            for (long n = oldest; n < next; n++) {
                Outgoing message = ring[(int) (n % WINDOW)];
                if (message != null && isTheReturned(message, exchange, routingKey)) {
                    message.returned = true;
                    if (message.onReturned != null) {
                        Thread.startVirtualThread(message.onReturned);
                    }
                    return;
                }
            }
        } finally {
            books.unlock();
        }
    }

    private static boolean isTheReturned(Outgoing message, String exchange, String routingKey) {
        return message.mandatory
                && !message.returned
                && !message.settled
                && message.exchange.equals(exchange)
                && message.routingKey.equals(routingKey);
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
            onChannelClosed.accept(this);
        }
    }

    /** A connection that breaks does not, nor an exchange of ours that is gone or closed to us: that passes. */
    private static boolean blamesAMessage(ShutdownSignalException cause) {
        int code = Refused.code(cause);
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
        onChannelClosed.accept(this);
    }
}
