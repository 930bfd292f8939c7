package io.chatworker.worker.publish;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;

/**
 * The messages that wait for room in a stripe's window, in the order in which they came. Room is promised in turn, and only
 * the publisher of a message with a promise is woken: waking all of thousands at each confirm takes more CPU than two
 * cores have. Not thread-safe: the ledger guards it.
 */
final class WaitingLine {

    private final Unconfirmed unconfirmed;
    private final Deque<Outgoing> line = new ArrayDeque<>();
    /** Messages that have a promise and are not in the window yet, and their bytes. */
    private int promised;

    private long promisedBytes;

    WaitingLine(Unconfirmed unconfirmed) {
        this.unconfirmed = unconfirmed;
    }

    /** Whether a message that has not waited may go without overtaking one that has. */
    boolean letsPass(Outgoing message) {
        return message.publisher == null && line.isEmpty() && hasRoom(message);
    }

    void join(Outgoing message, Thread publisher) {
        message.publisher = publisher;
        line.addLast(message);
    }

    /** False where it is not in line, because it has been promised room. */
    boolean leave(Outgoing message) {
        return line.remove(message);
    }

    /** Promises what room there is. A large message that does not fit does not hold up small ones. */
    void promiseRoom() {
        Iterator<Outgoing> waiting = line.iterator();
        while (waiting.hasNext() && unconfirmed.size() + promised < Unconfirmed.WINDOW) {
            Outgoing message = waiting.next();
            if (hasRoom(message)) {
                waiting.remove();
                promise(message);
            }
        }
    }

    private boolean hasRoom(Outgoing message) {
        return unconfirmed.hasRoom(message, promised, promisedBytes);
    }

    private void promise(Outgoing message) {
        message.isPromised = true;
        promised++;
        promisedBytes += message.size();
        LockSupport.unpark(message.publisher);
    }

    /** The message has come for what it was promised, if it was. */
    void redeem(Outgoing message) {
        if (message.isPromised) {
            message.isPromised = false;
            promised--;
            promisedBytes -= message.size();
        }
    }

    /** There is no room after all. A message that had its turn waits for the next place; any other has yet to join. */
    void turnAway(Outgoing message) {
        if (message.publisher != null) {
            line.addFirst(message);
        }
    }
}
