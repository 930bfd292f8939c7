package io.chatworker.worker.publish;

import java.util.concurrent.atomic.LongAdder;

/** What was published and what became of it, counted since the start. Safe for any thread. */
public final class PublishCounts {

    public final LongAdder chunks = new LongAdder();
    /** Terminal events that no queue wanted. */
    public final LongAdder unroutable = new LongAdder();
    /** Mandatory messages to a reply queue that is gone. */
    public final LongAdder returned = new LongAdder();

    /** Messages that a queue nacked for good; events that decide are published anew and may count again. */
    public final LongAdder nacked = new LongAdder();
    /** Messages sent once more on a fresh channel. */
    public final LongAdder resent = new LongAdder();

    /** A count that grows whenever anything happens that is counted here. */
    public long moves() {
        return chunks.sum() + unroutable.sum() + returned.sum() + nacked.sum() + resent.sum();
    }
}
