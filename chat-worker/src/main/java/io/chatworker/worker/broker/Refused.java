package io.chatworker.worker.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/** What the broker said when it closed a channel or a connection, wherever the client wrapped it. */
public final class Refused {

    private Refused() {}

    /** Its reply code, such as 404; 0 where it closed nothing. */
    public static int code(Throwable e) {
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
