package io.chatworker.worker.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/** The broker's numeric reason for closing a channel or a connection, wherever the client wrapped it. */
public final class ReplyCode {

    private ReplyCode() {}

    /** The code, such as 404; 0 where the broker closed nothing. */
    public static int of(Throwable e) {
        ShutdownSignalException signal = signal(e);
        return signal == null
                ? 0
                : switch (signal.getReason()) {
                    case AMQP.Channel.Close close -> close.getReplyCode();
                    case AMQP.Connection.Close close -> close.getReplyCode();
                    case null, default -> 0;
                };
    }

    static @Nullable ShutdownSignalException signal(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException signal) {
                return signal;
            }
        }
        return null;
    }
}
