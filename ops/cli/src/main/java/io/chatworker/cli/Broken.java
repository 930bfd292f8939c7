package io.chatworker.cli;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.contracts.Topology;

/** What it means that the broker closed a channel or the connection. */
final class Broken {

    static final int ACCESS_REFUSED = AMQP.ACCESS_REFUSED;
    static final int NOT_FOUND = AMQP.NOT_FOUND;
    static final int NOT_ALLOWED = AMQP.NOT_ALLOWED;

    private Broken() {}

    static Trouble trouble(Throwable e, Topology topology) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException closed) {
                return trouble(closed, topology);
            }
        }
        return lost(String.valueOf(e.getMessage()), e);
    }

    private static Trouble trouble(ShutdownSignalException closed, Topology topology) {
        return switch (replyCode(closed)) {
            case NOT_FOUND ->
                new Trouble(
                        "No worker has set this broker up for the namespace '" + topology.namespace() + "' ("
                                + replyText(closed) + ").",
                        "Start one with ops/worker, or ask with ops/chat, which does; check RABBITMQ_URI and"
                                + " CHAT_NAMESPACE if one runs.",
                        closed);
            case ACCESS_REFUSED ->
                new Trouble(
                        "The broker does not let this user do that (" + replyText(closed) + ").",
                        "Give the user of RABBITMQ_URI the permissions in ops/rabbitmq, or name another.",
                        closed);
            default -> lost(replyText(closed), closed);
        };
    }

    private static Trouble lost(String why, Throwable cause) {
        return new Trouble(
                "The connection to the broker was lost (" + why + ").",
                "The request goes on without this program; follow what comes with the command tail.",
                cause);
    }

    /** 0 where the other side gave none: the socket just closed. */
    static int replyCode(ShutdownSignalException closed) {
        return switch (closed.getReason()) {
            case AMQP.Channel.Close close -> close.getReplyCode();
            case AMQP.Connection.Close close -> close.getReplyCode();
            case null, default -> 0;
        };
    }

    static String replyText(ShutdownSignalException closed) {
        return switch (closed.getReason()) {
            case AMQP.Channel.Close close -> close.getReplyText();
            case AMQP.Connection.Close close -> close.getReplyText();
            case null, default -> String.valueOf(closed.getMessage());
        };
    }
}
