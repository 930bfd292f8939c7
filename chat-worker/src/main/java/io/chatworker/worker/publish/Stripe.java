package io.chatworker.worker.publish;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

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
 * <p>{@code wire} is held while bytes are written and keeps their order; the {@link Ledger} has the state.
 */
final class Stripe {

    private final PublishCounts counts;
    private final Consumer<Stripe> needsChannel;
    private final ReentrantLock wire = new ReentrantLock();
    private final Ledger ledger;

    /** {@code needsChannel} is to see that {@link #open} is called soon. It runs on a thread of the client's: no waits. */
    Stripe(PublishCounts counts, Consumer<Stripe> needsChannel) {
        this.counts = counts;
        this.needsChannel = needsChannel;
        this.ledger = new Ledger(counts);
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
            replaceIf(ledger.lost(open));
        } catch (RuntimeException e) {
            ledger.takeBack(message);
            abort(open);
            needsChannel.accept(this);
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
        fresh.confirmSelect();
        wire.lock();
        try {
            List<Outgoing> first = ledger.adopt(fresh);
            listen(fresh);
            for (Outgoing message : first) {
                counts.resent.increment();
                send(fresh, message.message);
            }
            ledger.caughtUp(fresh);
        } finally {
            wire.unlock();
        }
    }

    private void listen(Channel fresh) {
        fresh.addConfirmListener(
                (tag, multiple) -> ledger.confirmed(fresh, tag, multiple),
                (tag, multiple) -> replaceIf(ledger.nacked(fresh, tag, multiple)));
        fresh.addReturnListener((Return message) -> ledger.returned(message.getExchange(), message.getRoutingKey()));
        fresh.addShutdownListener(cause -> closed(fresh, cause));
    }

    private void closed(Channel which, ShutdownSignalException cause) {
        if (Blame.fallsOnAMessage(cause)) {
            ledger.died();
        }
        // A channel that goes with its connection is replaced when there is another connection.
        replaceIf(ledger.lost(which) && !cause.isHardError());
    }

    private void replaceIf(boolean needed) {
        if (needed) {
            needsChannel.accept(this);
        }
    }

    /** What may be done with its channel, but for a broker that blocks. */
    StripeState state() {
        return ledger.state();
    }

    boolean isOpen() {
        return state() == StripeState.OPEN;
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
        replaceIf(misses);
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
