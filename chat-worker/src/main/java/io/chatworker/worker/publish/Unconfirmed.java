package io.chatworker.worker.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was written on a channel and is not settled, in that order: at most {@link #WINDOW} messages, and at most
 * {@link #WINDOW_BYTES} or one message. Not thread-safe: its stripe guards it.
 */
final class Unconfirmed {

    static final int WINDOW = 1024;
    static final long WINDOW_BYTES = 16L * 1024 * 1024;

    /** How long the broker may say nothing of a message; each time that it did not, twice as long, four times. */
    static final long PATIENCE = Duration.ofMinutes(1).toNanos();

    /** And so much longer for each byte that is on its way, an eighth of a line of 64 KiB/s. */
    static final long PATIENCE_PER_BYTE = Duration.ofSeconds(1).toNanos() / (8 * 1024);

    private static final int MAX_DOUBLINGS = 4;

    // Message number n, counted from 0 on each channel, is at ring[n % WINDOW]; its tag is n + 1.
    private final @Nullable Outgoing[] ring = new Outgoing[WINDOW];
    private long oldest;
    private long next;
    private long bytes;

    /** Whether there is room for one more message beside so many others, which are on their way here. */
    boolean hasRoom(Outgoing message, int others, long theirBytes) {
        int size = size() + others;
        return size < WINDOW && (size == 0 || bytes + theirBytes + message.size() <= WINDOW_BYTES);
    }

    /** How many there are, perhaps with some that are settled behind an older one. */
    int size() {
        return (int) (next - oldest);
    }

    void add(Outgoing message) {
        message.writtenAt = System.nanoTime();
        ring[(int) (next++ % WINDOW)] = message;
        bytes += message.size();
    }

    /** Takes this one back, which was added last. */
    void remove(Outgoing newest) {
        ring[(int) (--next % WINDOW)] = null;
        bytes -= newest.size();
    }

    /** Begins again at tag 1, as on a fresh channel: all that is left, in its order. */
    List<Outgoing> renumber() {
        List<Outgoing> left = new ArrayList<>();
        for (long n = oldest; n < next; n++) {
            Outgoing message = ring[(int) (n % WINDOW)];
            if (message != null && !message.settled) {
                left.add(message);
            }
        }
        Arrays.fill(ring, null);
        oldest = 0;
        next = 0;
        bytes = 0;
        for (Outgoing message : left) {
            message.returned = false;
            message.kept = false;
            add(message);
        }
        return left;
    }

    /** The oldest of which the broker has said nothing. */
    @Nullable
    Outgoing oldest() {
        for (long n = oldest; n < next; n++) {
            Outgoing message = unanswered(n);
            if (message != null) {
                return message;
            }
        }
        return null;
    }

    /** The oldest of which the broker has said nothing, where that is for too long, which is noted. */
    @Nullable
    Outgoing overdue(long now) {
        Outgoing message = oldest();
        if (message == null) {
            return null;
        }
        long patience = PATIENCE << Math.min(message.overdue, MAX_DOUBLINGS);
        if (now - message.writtenAt <= patience + bytes * PATIENCE_PER_BYTE) {
            return null;
        }
        message.overdue++;
        return message;
    }

    /** As if all were written now. */
    void restart(long now) {
        for (long n = oldest; n < next; n++) {
            Outgoing message = unanswered(n);
            if (message != null) {
                message.writtenAt = now;
            }
        }
    }

    /** A return comes before its confirm, and names no tag: the oldest mandatory message with that address it is. */
    @Nullable
    Outgoing returned(String exchange, String routingKey) {
        for (long n = oldest; n < next; n++) {
            Outgoing message = unanswered(n);
            if (message != null && isTheReturned(message, exchange, routingKey)) {
                return message;
            }
        }
        return null;
    }

    private static boolean isTheReturned(Outgoing message, String exchange, String routingKey) {
        return !message.returned && message.message.comesBackAs(exchange, routingKey);
    }

    /** Settles the message with this tag, or all up to it; how many those were. */
    int settle(long tag, boolean multiple, boolean confirmed) {
        int settled = 0;
        for (long n = multiple ? oldest : tag - 1; n < tag; n++) {
            Outgoing message = unanswered(n);
            if (message != null) {
                settle(message, confirmed ? Confirmation.CONFIRMED : Confirmation.NACKED);
                settled++;
            }
        }
        forgetSettled();
        return settled;
    }

    /** Settles all that are larger than the broker takes; how many those were. */
    int settleLargerThan(int most) {
        int settled = 0;
        for (long n = oldest; n < next; n++) {
            Outgoing message = ring[(int) (n % WINDOW)];
            if (message != null && !message.settled && message.size() > most) {
                settle(message, Confirmation.TOO_LARGE);
                settled++;
            }
        }
        forgetSettled();
        return settled;
    }

    /** Gives up one message. */
    void settle(Outgoing message, Confirmation word) {
        bytes -= message.size();
        message.settle(word == Confirmation.CONFIRMED && message.returned ? Confirmation.UNROUTABLE : word);
    }

    private void forgetSettled() {
        while (oldest < next && isSettled(oldest)) {
            ring[(int) (oldest % WINDOW)] = null;
            oldest++;
        }
    }

    /** Notes a nack of the message with this tag, or of all up to it; how many the one of them with the fewest has. */
    int nacked(long tag, boolean multiple) {
        int fewest = Integer.MAX_VALUE;
        for (long n = multiple ? oldest : tag - 1; n < tag; n++) {
            Outgoing message = unanswered(n);
            if (message != null) {
                fewest = Math.min(fewest, ++message.nacks);
            }
        }
        return fewest;
    }

    /** Keeps the message with this tag, or all up to it, for the next channel. */
    void keep(long tag, boolean multiple) {
        for (long n = multiple ? oldest : tag - 1; n < tag; n++) {
            Outgoing message = unanswered(n);
            if (message != null) {
                message.kept = true;
            }
        }
    }

    private @Nullable Outgoing unanswered(long number) {
        Outgoing message = number < oldest || number >= next ? null : ring[(int) (number % WINDOW)];
        return message == null || message.settled || message.kept ? null : message;
    }

    private boolean isSettled(long number) {
        Outgoing message = ring[(int) (number % WINDOW)];
        return message == null || message.settled;
    }
}
