package io.chatworker.load;

/**
 * One request and what becomes of it. Written by the driver that asks, then by the source that answers, then by the
 * consumer that reads; each only its own fields.
 */
final class Answer {

    final String requestId;
    /** Which of the streams it belongs to. */
    final int stream;
    /** How many tokens the source is to write. */
    final int tokens;

    final AnswerCheck check = new AnswerCheck();

    /** {@link TokenText#now()} at each step, written once. */
    volatile long publishedAt;

    volatile long askedAt;
    volatile long firstWrittenAt;
    /** How many tokens the source wrote; set before it ends the answer. */
    volatile int written;

    Answer(String requestId, int stream, int tokens) {
        this.requestId = requestId;
        this.stream = stream;
        this.tokens = tokens;
    }

    /** The routing key's first word: events of one stream go to one queue. */
    static String conversation(int queue) {
        return "load" + queue;
    }
}
