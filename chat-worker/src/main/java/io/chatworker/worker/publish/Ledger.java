package io.chatworker.worker.publish;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a stripe has sent and the broker has not settled, on which channel, and what that channel may be used for:
 *
 * <table>
 * <caption>The transitions of {@link StripeState}, all made by {@link #move}</caption>
 * <tr><th>from</th><th>when</th><th>to</th></tr>
 * <tr><td>LOST</td><td>a fresh channel is there</td><td>OPENING</td></tr>
 * <tr><td>OPENING</td><td>all that was unconfirmed is written again</td><td>OPEN</td></tr>
 * <tr><td>OPENING, OPEN</td><td>a nack comes for which the channel may be to blame</td><td>DOUBTED</td></tr>
 * <tr><td>OPEN</td><td>the broker's word on a message is missing for too long</td><td>DOUBTED</td></tr>
 * <tr><td>OPENING, OPEN</td><td>a fresh channel is to replace it</td><td>DOUBTED</td></tr>
 * <tr><td>OPENING, OPEN, DOUBTED</td><td>the channel is closed or cannot be written to</td><td>LOST</td></tr>
 * </table>
 *
 * <p>Safe for any thread. No method holds the monitor over I/O, so the client's reader thread, which brings confirms and
 * returns, never waits for a write.
 */
@SuppressWarnings("ReferenceEquality") // A channel is the object itself: its number is used again.
final class Ledger {

    private final PublishCounts counts;

    // Guarded by this.
    private final Unconfirmed unconfirmed = new Unconfirmed();
    private final WaitingLine line = new WaitingLine(unconfirmed);
    private final Doubt doubt = new Doubt(System.nanoTime());
    private final Suspicion suspicion = new Suspicion();
    private StripeState state = StripeState.LOST;
    /** The channel whose confirms count; null exactly while it is lost. */
    private @Nullable Channel channel;

    private boolean blocked;

    Ledger(PublishCounts counts) {
        this.counts = counts;
    }

    synchronized StripeState state() {
        return state;
    }

    synchronized int unconfirmed() {
        return unconfirmed.size();
    }

    synchronized boolean isOpenOn(Connection connection) {
        return state == StripeState.OPEN && channel != null && channel.getConnection() == connection;
    }

    /** Called with the monitor held, by whatever may end a wait. */
    private void changed() {
        notifyAll();
        promiseRoom();
    }

    private void promiseRoom() {
        if (takesMessages()) {
            line.promiseRoom();
        }
    }

    private boolean takesMessages() {
        return state == StripeState.OPEN && !blocked;
    }

    private void move(StripeState next, @Nullable Channel on) {
        state = next;
        channel = on;
        changed();
    }

    /** Waits in turn until there is room for this message on an open channel; then it must {@link #enter}. */
    void awaitRoom(Outgoing message, StopSignal left) throws PublishAbandoned {
        if (hasRoomAtOnce(message)) {
            return;
        }
        Thread publisher = Thread.currentThread();
        try (StopSignal.Registration _ = left.onStop(() -> LockSupport.unpark(publisher))) {
            while (!hasPromise(message, publisher)) {
                if ((left.isStopped() || publisher.isInterrupted()) && leaves(message)) {
                    throw new PublishAbandoned();
                }
                LockSupport.park(this);
            }
        }
    }

    private synchronized boolean hasRoomAtOnce(Outgoing message) {
        return takesMessages() && line.letsPass(message);
    }

    private synchronized boolean hasPromise(Outgoing message, Thread publisher) {
        if (message.publisher == null) {
            line.join(message, publisher);
            promiseRoom();
        }
        return message.isPromised;
    }

    /** False where it has just been promised room, which it then uses. */
    private synchronized boolean leaves(Outgoing message) {
        return line.leave(message);
    }

    /** Notes the message as the newest one; the channel to write it to, or null where there is no room any more. */
    synchronized @Nullable Channel enter(Outgoing message) {
        line.redeem(message);
        if (takesMessages() && unconfirmed.hasRoom(message, 0, 0)) {
            unconfirmed.add(message);
            return channel;
        }
        line.turnAway(message);
        promiseRoom();
        return null;
    }

    /** Forgets the newest message again. The client may have counted it, so its channel must not go on. */
    synchronized void takeBack(Outgoing newest) {
        unconfirmed.remove(newest);
        move(StripeState.LOST, null);
    }

    /** Publishers wait while the broker blocks them, and its silence says nothing then. */
    synchronized void blocked(boolean blocked) {
        this.blocked = blocked;
        unconfirmed.restart(System.nanoTime());
        changed();
    }

    /** The channel that a fresh one is to replace, which takes no new message from here on. */
    synchronized @Nullable Channel retire() {
        if (channel != null) {
            move(StripeState.DOUBTED, channel);
        }
        return channel;
    }

    /** From now on what is said on this channel counts; what it has to send first. */
    synchronized List<Outgoing> adopt(Channel fresh) {
        suspicion.beginsAnew(System.nanoTime());
        move(StripeState.OPENING, fresh);
        return unconfirmed.renumber();
    }

    /** The channel has sent what was unconfirmed, and is open unless something else became of it meanwhile. */
    synchronized void caughtUp(Channel fresh) {
        if (channel == fresh && state == StripeState.OPENING) {
            suspicion.ends();
            move(StripeState.OPEN, fresh);
        }
    }

    /**
     * Waits until this message may be written to its fresh channel: while the broker blocks publishers it would read
     * nothing. False where the channel is lost, so that there is no need to.
     */
    synchronized boolean awaitTurn(Channel fresh, Outgoing message) throws InterruptedException {
        while (channel == fresh && blocked) {
            wait();
        }
        if (channel != fresh) {
            return false;
        }
        suspicion.goes(message, System.nanoTime());
        return true;
    }

    /** Waits for the broker's word on this message before the next is sent, where that is to be alone. */
    synchronized void awaitWord(Channel fresh, Outgoing message) throws InterruptedException {
        long left = suspicion.nanosAlone(message, System.nanoTime());
        while (left > 0 && channel == fresh) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = suspicion.nanosAlone(message, System.nanoTime());
        }
    }

    /**
     * The broker closed over a message, which is given up where it is known to be the one.
     *
     * @param withConnection it closed the connection, for which a message of another stripe may be to blame
     */
    synchronized void diedOverAMessage(boolean withConnection) {
        Outgoing guilty = suspicion.strikes(withConnection);
        if (guilty != null) {
            giveUp(guilty);
        }
    }

    /** To a requester as if the requester were gone, any other as if nacked, so that its sender sends it again later. */
    synchronized void giveUp(Outgoing message) {
        if (message.message.exchange.isEmpty()) {
            comesBack(message);
            unconfirmed.settle(message, Confirmation.CONFIRMED);
        } else {
            counts.nacked.increment();
            unconfirmed.settle(message, Confirmation.NACKED);
        }
        changed();
    }

    /** Gives up all that the broker would not take for their size; whether there were any. */
    synchronized boolean giveUpLargerThan(int most) {
        boolean any = unconfirmed.settleLargerThan(most) > 0;
        changed();
        return any;
    }

    synchronized void confirmed(Channel from, long tag, boolean multiple) {
        if (from == channel) {
            unconfirmed.settle(tag, multiple, true);
            changed();
        }
    }

    /**
     * Whether a fresh channel is needed, {@link #doubtedFor} later: the channel may be to blame for the nack, so another
     * is to try.
     */
    synchronized boolean nacked(Channel from, long tag, boolean multiple) {
        if (from != channel) {
            return false;
        }
        boolean tryAnother = unconfirmed.nacked(tag, multiple) <= Doubt.IN_A_ROW;
        if (state != StripeState.DOUBTED && !(tryAnother && doubt.allows(System.nanoTime()))) {
            counts.nacked.add(unconfirmed.settle(tag, multiple, false));
            changed();
            return false;
        }
        unconfirmed.keep(tag, multiple);
        changed();
        return doubts();
    }

    /** How long to wait for the channel that is to try what was nacked. */
    synchronized Duration doubtedFor() {
        return doubt.delay(System.nanoTime());
    }

    /** Whether a fresh channel is needed, because the broker's word on a message is missing for too long. */
    synchronized boolean misses(long now) {
        return takesMessages() && unconfirmed.overdue(now) != null && doubts();
    }

    private boolean doubts() {
        if (state == StripeState.DOUBTED) {
            return false;
        }
        move(StripeState.DOUBTED, channel);
        return true;
    }

    synchronized void returned(String exchange, String routingKey) {
        Outgoing message = unconfirmed.returned(exchange, routingKey);
        if (message != null) {
            comesBack(message);
        }
    }

    private static void comesBack(Outgoing message) {
        message.returned = true;
        if (message.onReturned != null) {
            Thread.startVirtualThread(message.onReturned);
        }
    }

    /** The channel is closed, or about to be; whether that is news, so that a fresh one is needed. */
    synchronized boolean lost(Channel which) {
        if (channel != which) {
            return false;
        }
        boolean news = state != StripeState.DOUBTED;
        move(StripeState.LOST, null);
        return news;
    }
}
