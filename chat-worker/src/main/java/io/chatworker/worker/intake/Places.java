package io.chatworker.worker.intake;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The places of one channel, across pauses: what was delivered before a pause still takes a place after it, and the
 * broker counts prefetch by consumer. So intake resumes with a consumer for the places that are free, and adds another
 * when more become free. A consumer that is cancelled keeps all its places until its last delivery has come. Safe for any
 * thread.
 */
final class Places {

    /** What one consumer was given, and how much of it is delivered and not settled. */
    private static final class Share {
        private final int given;
        private int filled;
        private boolean isCancelled;
        /** No delivery comes any more. */
        private boolean isOver;

        private Share(int given) {
            this.given = given;
        }

        private int taken() {
            return isOver ? filled : given;
        }
    }

    private final int all;

    /** By consumer. Guarded by this. */
    private final Map<String, Share> shares = new HashMap<>();

    Places(int all) {
        this.all = all;
    }

    int all() {
        return all;
    }

    /** What another consumer may be given; 0 while less than a quarter is free, so that there are few consumers. */
    synchronized int free() {
        int free = all - shares.values().stream().mapToInt(Share::taken).sum();
        return free * 4 >= all || shares.values().stream().noneMatch(share -> share.isCancelled) ? free : 0;
    }

    /** A consumer is about to be given this many. */
    synchronized void give(String consumer, int places) {
        shares.put(consumer, new Share(places));
    }

    synchronized void delivered(String consumer) {
        Share share = shares.get(consumer);
        if (share != null) {
            share.filled++;
        }
    }

    synchronized void settled(String consumer) {
        Share share = shares.get(consumer);
        if (share != null) {
            share.filled--;
            forgetIfEmpty(consumer, share);
        }
    }

    /** The pause: returns the consumers to cancel. */
    synchronized Set<String> pause() {
        Set<String> toCancel = new HashSet<>();
        shares.forEach((consumer, share) -> {
            if (!share.isCancelled) {
                share.isCancelled = true;
                toCancel.add(consumer);
            }
        });
        return toCancel;
    }

    /** A consumer was cancelled, and all that it was to get has come. */
    synchronized void over(String consumer) {
        Share share = shares.get(consumer);
        if (share != null) {
            share.isOver = true;
            forgetIfEmpty(consumer, share);
        }
    }

    private void forgetIfEmpty(String consumer, Share share) {
        if (share.isOver && share.filled == 0) {
            shares.remove(consumer);
        }
    }
}
