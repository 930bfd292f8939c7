package io.chatworker.worker.broker;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The note that stands in the place of a body which the heap could not take: a secret of this process, so that nobody can
 * send one, and the size that the body had.
 */
public final class LargeBody {

    static final int NOTE_BYTES = 24;

    /** The client holds a body twice for a moment, and each place for a chat may have one. */
    private static final int SHARE_OF_THE_HEAP = 8;

    private static final byte[] SECRET = secret();

    private LargeBody() {}

    /** The largest body that is read with this heap, where as many of them may be there at once. */
    public static long limit(int mostThatIsUsed, int atOnce) {
        return Math.max(mostThatIsUsed, Runtime.getRuntime().maxMemory() / SHARE_OF_THE_HEAP / atOnce);
    }

    static byte[] note(long size) {
        return ByteBuffer.allocate(NOTE_BYTES).put(SECRET).putLong(size).array();
    }

    /** The size of the body in whose place this one stands; empty where it is a body itself. */
    public static OptionalLong sizeNotedIn(byte[] body) {
        boolean isNote = body.length == NOTE_BYTES && Arrays.equals(body, 0, SECRET.length, SECRET, 0, SECRET.length);
        return isNote ? OptionalLong.of(ByteBuffer.wrap(body).getLong(SECRET.length)) : OptionalLong.empty();
    }

    private static byte[] secret() {
        byte[] bytes = new byte[NOTE_BYTES - Long.BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
