package io.chatworker.worker.publish;

/** How long the broker has blocked publishers in all. Safe for any thread. */
final class BlockedTime {

    // Guarded by this.
    private long nanos;
    private long since;
    private boolean blocked;

    /** Whether it blocks from here on. */
    synchronized void set(boolean blocks) {
        long now = System.nanoTime();
        if (blocked) {
            nanos += now - since;
        }
        since = now;
        blocked = blocks;
    }

    synchronized double seconds() {
        return (blocked ? nanos + System.nanoTime() - since : nanos) / 1e9;
    }
}
