package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.client.ReplyCode;

/** Whether the broker closed a channel over a message, and would do so again for the same one. */
final class Blame {

    /** How the broker calls the exchange without a name, which leads to reply queues. */
    private static final String NAMELESS = "amq.default";

    private Blame() {}

    /**
     * A connection that breaks blames no message, nor does a channel that we close, nor an exchange of ours that is gone
     * or closed to us: that passes.
     */
    static boolean fallsOnAMessage(ShutdownSignalException cause) {
        if (cause.isInitiatedByApplication()) {
            return false;
        }
        int code = ReplyCode.of(cause);
        if (code == AMQP.NOT_FOUND || code == AMQP.ACCESS_REFUSED) {
            return String.valueOf(cause.getMessage()).contains(NAMELESS);
        }
        return code != 0 && code != AMQP.CONNECTION_FORCED;
    }

    /** The same for calls to tools, which are not worth waiting until the broker permits them. */
    static boolean fallsOnACall(ShutdownSignalException cause) {
        return fallsOnAMessage(cause)
                || (!cause.isInitiatedByApplication() && ReplyCode.of(cause) == AMQP.ACCESS_REFUSED);
    }
}
