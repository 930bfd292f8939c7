package io.chatworker.worker.publish;

/** What the broker said of a message. */
public enum Confirmation {
    /** It is in every queue it belongs in. */
    CONFIRMED,
    /** The broker has it, and no queue wanted it. */
    UNROUTABLE,
    /** A queue did not take it (basic.nack). */
    NACKED,
    /** The broker takes no message of this size. */
    TOO_LARGE
}
