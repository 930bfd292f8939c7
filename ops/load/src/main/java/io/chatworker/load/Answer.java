package io.chatworker.load;

/**
 * One request and what happens to it. The driver that asks, the source that answers and the consumer that reads write it
 * in turn, each only its own fields.
 */
final class Answer {

    final String requestId;
    /** The stream it belongs to. */
    final int stream;
    /** The number of tokens that the source shall write. */
    final int tokens;

    final AnswerCheck check = new AnswerCheck();

    /** {@link TokenText#now()} at each step, written once. */
    volatile long publishedAt;

    volatile long askedAt;
    volatile long firstWrittenAt;
    /** The number of tokens that the source wrote; set before it ends the answer. */
    volatile int written;

    Answer(String requestId, int stream, int tokens) {
        this.requestId = requestId;
        this.stream = stream;
        this.tokens = tokens;
    }

    /** The first word of the routing key: events of one stream go to one queue. */
    static String conversation(int queue) {
        return "load" + queue;
    }
}
