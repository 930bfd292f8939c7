package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * One channel that several requests publish on, in the order in which they do. RabbitMQ keeps the order of messages
 * only within a channel (<a href="https://www.rabbitmq.com/docs/queues#message-ordering">message ordering</a>), so a
 * request stays with its stripe.
 *
 * <p>Every message is kept until the broker confirms it. On a fresh channel the unconfirmed ones are sent again first,
 * in their order: one may come twice, none is missing and none overtakes. Only so many may wait ({@link Unconfirmed});
 * then, and while the broker blocks publishers or is gone, {@link #publish} waits.
 *
 * <p>What the broker says nothing of for a minute goes out again on a fresh channel too: a confirm can be lost for good,
 * as for a queue on the minority's side of a partition.
 *
 * <p>What the broker nacks counts as unconfirmed while the channel may be to blame: then publishing waits for a fresh
 * one. {@link Doubt} bounds how often; beyond that a nack is the queue's, and final.
 *
 * <p>A message over which the broker closes the channel or the connection is found ({@link Suspicion}) and given up. One
 * that it refuses for its size is given up at once ({@link SizeLimit}).
 *
 * <p>{@code wire} is held while bytes are written and keeps their order; the {@link Ledger} has the state.
 */
final class Stripe {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final PublishCounts counts;
    private final SizeLimit limit;
    private final Predicate<ShutdownSignalException> blame;
    private final BiConsumer<Stripe, Duration> needsChannel;
    private final ReentrantLock wire = new ReentrantLock();
    private final Ledger ledger;

    /**
     * {@code blame} says whether a channel was closed over a message. {@code needsChannel} is to see that {@link #open} is
     * called so much later. It runs on a thread of the client's and must not wait.
     */
    Stripe(
            PublishCounts counts,
            SizeLimit limit,
            Predicate<ShutdownSignalException> blame,
            BiConsumer<Stripe, Duration> needsChannel) {
        this.counts = counts;
        this.limit = limit;
        this.blame = blame;
        this.needsChannel = needsChannel;
        this.ledger = new Ledger(counts);
    }

    /**
     * Hands one message to the broker, waiting while it takes none. One that is larger than the broker takes is not sent.
     *
     * @param left ends the wait
     * @throws IllegalArgumentException where the message cannot be written at all, such as for headers over a frame
     */
    void publish(Outgoing message, StopSignal left) throws PublishAbandoned {
        if (message.size() > limit.most()) {
            message.settle(Confirmation.TOO_LARGE);
            return;
        }
        Channel open;
        do {
            ledger.awaitRoom(message, left);
            wire.lock();
            try {
                open = ledger.enter(message);
                if (open != null) {
                    write(open, message);
                }
            } finally {
                wire.unlock();
            }
        } while (open == null);
    }

    /** Called with the wire held. A message that did not get through is unconfirmed and goes out again. */
    private void write(Channel open, Outgoing message) {
        try {
            send(open, message.message);
        } catch (IOException | AlreadyClosedException e) {
            if (ledger.lost(open)) {
                needsChannel.accept(this, SOON);
            }
        } catch (RuntimeException e) {
            ledger.takeBack(message);
            abort(open);
            needsChannel.accept(this, SOON);
            throw new IllegalArgumentException("a message that cannot be written", e);
        }
    }

    private static void send(Channel open, Message message) throws IOException {
        open.basicPublish(message.exchange, message.routingKey, message.mandatory, message.properties, message.body);
    }

    /** Goes on with a channel of this connection instead of the current one, after sending what is unconfirmed. */
    void open(Connection connection) throws IOException {
        Channel former = ledger.retire();
        if (former != null) {
            // What the broker has of it comes before what it gets on the next.
            abort(former);
        }
        Channel fresh = BrokerConnection.channel(connection);
        // Not confirmSelect(): the client would keep a sorted set of tags beside the ledger, 5 % of a token's CPU.
        fresh.rpc(new AMQP.Confirm.Select.Builder().build());
        List<Outgoing> first;
        wire.lock();
        try {
            first = ledger.adopt(fresh);
            listen(fresh);
        } finally {
            wire.unlock();
        }
        try {
            for (Outgoing message : first) {
                resend(fresh, message);
            }
            ledger.caughtUp(fresh);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** The wire is held for this message only: a broker that blocks may keep the next one waiting for hours. */
    private void resend(Channel fresh, Outgoing message) throws IOException, InterruptedException {
        if (!ledger.awaitTurn(fresh, message)) {
            return;
        }
        wire.lock();
        try {
            counts.resent.increment();
            send(fresh, message.message);
        } catch (AlreadyClosedException e) {
            throw e;
        } catch (RuntimeException e) {
            // A frame of the former connection was larger.
            ledger.giveUp(message);
            abort(fresh);
            throw new IOException("a message that cannot be written any more", e);
        } finally {
            wire.unlock();
        }
        ledger.awaitWord(fresh, message);
    }

    private void listen(Channel fresh) {
        fresh.addConfirmListener(
                (tag, multiple) -> ledger.confirmed(fresh, tag, multiple),
                (tag, multiple) -> nacked(fresh, tag, multiple));
        fresh.addReturnListener((Return message) -> ledger.returned(message.getExchange(), message.getRoutingKey()));
        fresh.addShutdownListener(cause -> closed(fresh, cause));
    }

    private void nacked(Channel from, long tag, boolean multiple) {
        if (ledger.nacked(from, tag, multiple)) {
            needsChannel.accept(this, ledger.doubtedFor());
        }
    }

    private void closed(Channel which, ShutdownSignalException cause) {
        boolean overSize = limit.learnsFrom(cause) && ledger.giveUpLargerThan(limit.most());
        if (!overSize && blame.test(cause)) {
            ledger.diedOverAMessage(cause.isHardError());
        }
        // A channel that goes with its connection is replaced when there is another connection.
        if (ledger.lost(which) && !cause.isHardError()) {
            needsChannel.accept(this, overSize ? Duration.ZERO : SOON);
        }
    }

    /** What may be done with its channel, but for a broker that blocks. */
    StripeState state() {
        return ledger.state();
    }

    /** Messages that the broker has not confirmed. */
    int unconfirmed() {
        return ledger.unconfirmed();
    }

    boolean isOpen() {
        return state() == StripeState.OPEN;
    }

    /** Whether a channel of this connection takes messages. */
    boolean isOpenOn(Connection connection) {
        return ledger.isOpenOn(connection);
    }

    /** Publishers wait while the broker blocks them. */
    void blocked(boolean blocked) {
        ledger.blocked(blocked);
    }

    /**
     * Waits for a fresh channel where the broker's word on a message is missing for too long; whether it does.
     *
     * @param now {@link System#nanoTime()}
     */
    boolean misses(long now) {
        boolean misses = ledger.misses(now);
        if (misses) {
            needsChannel.accept(this, SOON);
        }
        return misses;
    }

    private static void abort(Channel open) {
        try {
            open.abort();
        } catch (IOException e) {
            // It is closed all the same: abort reports nothing else.
        }
    }
}
