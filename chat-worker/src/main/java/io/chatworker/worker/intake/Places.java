package io.chatworker.worker.intake;

import java.util.HashSet;
import java.util.Set;

/**
 * The places of one channel, over pauses: what was delivered before a pause still takes one after it, and the broker
 * counts prefetch by consumer. So intake goes on with a consumer for the places that are free, and gets another when
 * there are more. Safe for any thread.
 */
final class Places {

    private final int all;

    // Guarded by this.
    /** Consumers since the last pause, how many places they were given, and how many of these they have filled. */
    private final Set<String> consumers = new HashSet<>();

    private int given;
    private int filled;
    /** Deliveries of earlier consumers that are not settled. */
    private int held;

    Places(int all) {
        this.all = all;
    }

    /** What another consumer may be given; none while that are but a few of all, so that there are few consumers. */
    synchronized int free() {
        int free = all - given - held;
        return held == 0 || free * 4 >= all ? free : 0;
    }

    /** A consumer is about to be given so many. */
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

    /** The pause: returns the consumers, which are ones no more. */
    synchronized Set<String> pause() {
        Set<String> ended = Set.copyOf(consumers);
        consumers.clear();
        held += filled;
        given = 0;
        filled = 0;
        return ended;
    }
}
