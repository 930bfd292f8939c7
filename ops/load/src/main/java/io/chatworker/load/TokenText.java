package io.chatworker.load;

/**
 * The text of a token: its number in the answer and the time it was written, in base 36 and of fixed width. From these a
 * reader knows order, loss and age. The clock is that of this process.
 */
final class TokenText {

    private static final int NUMBER = 4;
    private static final int INSTANT = 6;

    /** Characters of a token; all are ASCII. */
    static final int LENGTH = NUMBER + INSTANT;

    /** How many tokens of one answer have different numbers. */
    static final int MAX_NUMBER = 36 * 36 * 36 * 36 - 1;

    /** After this many microseconds (36 minutes) the clock starts again at 0. */
    private static final long WRAP = 36L * 36 * 36 * 36 * 36 * 36;

    private static final byte[] DIGITS =
            "0123456789abcdefghijklmnopqrstuvwxyz".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final long START = System.nanoTime();

    private TokenText() {}

    /** Now, in microseconds. */
    static long now() {
        return (System.nanoTime() - START) / 1_000 % WRAP;
    }

    /** Writes the token into {@link #LENGTH} bytes. */
    static void write(int number, long micros, byte[] into, int at) {
        digits(number, NUMBER, into, at);
        digits(micros, INSTANT, into, at + NUMBER);
    }

    private static void digits(long value, int width, byte[] into, int at) {
        long left = value;
        for (int i = at + width - 1; i >= at; i--) {
            into[i] = DIGITS[(int) (left % 36)];
            left /= 36;
        }
    }

    /**
     * The number of the token that begins at {@code at}.
     *
     * @throws NumberFormatException if there is none
     */
    static int number(String text, int at) {
        return (int) value(text, at, NUMBER);
    }

    /** Microseconds since the token that begins at {@code at} was written. */
    static long age(String text, int at, long now) {
        return Math.floorMod(now - value(text, at + NUMBER, INSTANT), WRAP);
    }

    private static long value(String text, int at, int width) {
        long value = 0;
        for (int i = at; i < at + width; i++) {
            int digit = i < text.length() ? Character.digit(text.charAt(i), 36) : -1;
            if (digit < 0) {
                throw new NumberFormatException("no token at " + at);
            }
            value = value * 36 + digit;
        }
        return value;
    }
}
