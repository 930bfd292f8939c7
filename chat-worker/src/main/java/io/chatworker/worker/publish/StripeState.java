package io.chatworker.worker.publish;

/** What a stripe's channel may be used for. {@link Ledger} has the transitions. */
enum StripeState {
    /** There is no channel; publishers wait. */
    LOST,
    /** A fresh channel is sent what the former ones left unconfirmed; publishers wait. */
    OPENING,
    /** The channel takes new messages. */
    OPEN,
    /** What the broker says on this channel still counts, but a fresh one is to take its place; publishers wait. */
    DOUBTED
}
