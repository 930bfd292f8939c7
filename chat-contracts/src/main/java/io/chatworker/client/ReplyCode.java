package io.chatworker.client;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/** The broker's numeric reason for closing a channel or a connection, and its words, wherever the client wrapped it. */
public final class ReplyCode {

    private ReplyCode() {}

    /** The code, such as 404; 0 where the broker closed nothing. */
    public static int of(Throwable e) {
        ShutdownSignalException signal = signal(e);
        Method reason = signal == null ? null : signal.getReason();
        if (reason instanceof AMQP.Channel.Close close) {
            return close.getReplyCode();
        }
        return reason instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
    }

    /** For people: code and words of the broker where it gave any, without the client's frame around them. */
    public static String reason(@Nullable Throwable e) {
        if (e == null) {
            return "unknown";
        }
        ShutdownSignalException signal = signal(e);
        if (signal != null && signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (signal != null && signal.getReason() instanceof AMQP.Connection.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (e instanceof ShutdownSignalException) {
            return e.getCause() == null ? "closed" : reason(e.getCause());
        }
        if (e.getMessage() == null) {
            return e.getCause() == null ? e.getClass().getSimpleName() : reason(e.getCause());
        }
        return e.getMessage();
    }

    private static @Nullable ShutdownSignalException signal(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException signal) {
                return signal;
            }
        }
        return null;
    }
}
