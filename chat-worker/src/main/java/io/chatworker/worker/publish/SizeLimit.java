package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.client.ReplyCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The largest body that the broker takes, as it said itself when it closed a channel over a larger one
 * ({@code max_message_size}; there is no way to ask). Safe for any thread.
 */
final class SizeLimit {

    private static final Logger log = LoggerFactory.getLogger(SizeLimit.class);
    private static final Pattern WORDS =
            Pattern.compile("message size \\d+ is larger than (?:configured )?max size (\\d{1,9})\\b");

    private volatile int most = Integer.MAX_VALUE;

    /** Whether the broker closed a channel over a message's size; then its limit is known from here on. */
    boolean learnsFrom(ShutdownSignalException cause) {
        if (ReplyCode.of(cause) != AMQP.PRECONDITION_FAILED) {
            return false;
        }
        Matcher words = WORDS.matcher(String.valueOf(cause.getMessage()));
        if (!words.find()) {
            return false;
        }
        int limit = Integer.parseInt(words.group(1));
        if (limit != most) {
            log.warn("the broker takes messages of {} bytes at most (max_message_size): larger events are cut", limit);
        }
        most = limit;
        return true;
    }

    /** Bytes; {@link Integer#MAX_VALUE} while the broker has said nothing. */
    int most() {
        return most;
    }

    /** To be called on a fresh connection: its node may have another limit. */
    void forget() {
        most = Integer.MAX_VALUE;
    }
}
