package io.chatworker.worker.publish;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * AMQP's short strings: 255 bytes at most. A text that came as one may be longer when it goes out again, since what
 * was no UTF-8 has become U+FFFD, three bytes for one; the client refuses to write it.
 */
public final class ShortText {

    private static final int MAX_BYTES = 255;

    private ShortText() {}

    public static boolean fits(String text) {
        return text.length() * 3 <= MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }

    /** The text where it fits. */
    public static @Nullable String orNull(@Nullable String text) {
        return text != null && fits(text) ? text : null;
    }
}
