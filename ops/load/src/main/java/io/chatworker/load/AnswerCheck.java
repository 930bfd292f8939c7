package io.chatworker.load;

import java.util.BitSet;

/**
 * Checks that the events of one answer are complete and in order. Nothing fails in a load test, so an answer has one
 * attempt, its chunks are numbered 0, 1, 2 …, each token comes once and in order, and nothing follows the terminal event.
 * For one thread at a time.
 */
final class AnswerCheck {

    private final BitSet seen = new BitSet();
    private int nextSequence;
    private int nextToken;
    private boolean ended;
    private int disorder;
    private int lost;

    /** A chunk with this text. */
    void chunk(int attempt, int sequence, String text) {
        if (ended || attempt != 1 || sequence != nextSequence) {
            disorder++;
        }
        nextSequence = sequence + 1;
        for (int at = 0; at < text.length(); at += TokenText.LENGTH) {
            token(numberAt(text, at));
        }
    }

    private void token(int number) {
        if (number != nextToken) {
            disorder++;
        }
        if (number >= 0) {
            seen.set(number);
            nextToken = number + 1;
        }
    }

    private static int numberAt(String text, int at) {
        try {
            return TokenText.number(text, at);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * The terminal event of the answer.
     *
     * @param written how many tokens there are
     * @param chunks the number of chunks according to the event
     * @param message the whole text according to the event
     */
    void end(int written, int chunks, String message) {
        if (ended || chunks != nextSequence || !isWhole(message, written)) {
            disorder++;
        }
        ended = true;
        lost = written - seen.cardinality();
    }

    private static boolean isWhole(String message, int written) {
        if (message.length() != written * TokenText.LENGTH) {
            return false;
        }
        for (int n = 0; n < written; n++) {
            if (numberAt(message, n * TokenText.LENGTH) != n) {
                return false;
            }
        }
        return true;
    }

    /** Whether no token has been read so far. */
    boolean isUntouched() {
        return seen.isEmpty();
    }

    /** Events and tokens that are out of order, repeated, or do not match the terminal event. */
    int disorder() {
        return disorder;
    }

    /** Tokens that never arrived; known at the end. */
    int lost() {
        return lost;
    }
}
