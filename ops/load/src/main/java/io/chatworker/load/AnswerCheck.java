package io.chatworker.load;

import java.util.BitSet;

/**
 * Whether the events of one answer are in order and whole. Nothing fails in a load test, so an answer has one attempt,
 * its chunks are numbered 0, 1, 2 …, its tokens come each once and in their order, and nothing follows its end. For one
 * thread at a time.
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
     * The end of the answer.
     *
     * @param written how many tokens there are
     * @param chunks how many chunks the event tells of
     * @param message the whole text as the event has it
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

    /** Whether no token was read so far. */
    boolean isUntouched() {
        return seen.isEmpty();
    }

    /** Events and tokens out of place, come twice, or unlike what the end tells. */
    int disorder() {
        return disorder;
    }

    /** Tokens that never came; known at the end. */
    int lost() {
        return lost;
    }
}
