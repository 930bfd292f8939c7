package io.chatworker.worker.intake;

import java.util.HashSet;
import java.util.Set;

/**
 * The places of one channel, across pauses: what was delivered before a pause still takes a place after it, and the
 * broker counts prefetch by consumer. So intake resumes with a consumer for the places that are free, and adds another
 * when more become free. Safe for any thread.
 */
final class Places {

    private final int all;

    // Guarded by this.
    /** Consumers since the last pause, the places given to them, and how many of those are filled. */
    private final Set<String> consumers = new HashSet<>();

    private int given;
    private int filled;
    /** Deliveries of earlier consumers that are not settled. */
    private int held;

    Places(int all) {
        this.all = all;
    }

    int all() {
        return all;
    }

    /** What another consumer may be given; 0 while less than a quarter is free, so that there are few consumers. */
    synchronized int free() {
        int free = all - given - held;
        return held == 0 || free * 4 >= all ? free : 0;
    }

    /** A consumer is about to be given this many. */
    synchronized void give(String consumer, int places) {
        consumers.add(consumer);
        given += places;
    }

    synchronized void delivered(String consumer) {
        if (consumers.contains(consumer)) {
            filled++;
        } else {
            held++;
        }
    }

    synchronized void settled(String consumer) {
        if (consumers.contains(consumer)) {
            filled--;
        } else {
            held--;
        }
    }

    /** The pause: returns the consumers to cancel. */
    synchronized Set<String> pause() {
        Set<String> ended = Set.copyOf(consumers);
        consumers.clear();
        held += filled;
        given = 0;
        filled = 0;
        return ended;
    }
}
