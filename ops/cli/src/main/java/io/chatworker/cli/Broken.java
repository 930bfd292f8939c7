package io.chatworker.cli;

import com.rabbitmq.client.AMQP;
import io.chatworker.client.ReplyCode;
import io.chatworker.contracts.Topology;

/** Explains why the broker closed a channel or the connection. */
final class Broken {

    static final String NOT_SET_UP =
            "Start a worker with ops/worker, or ask with ops/chat, which starts one. If one runs,"
                    + " check RABBITMQ_URI and CHAT_NAMESPACE.";

    private Broken() {}

    static Trouble trouble(Throwable e, Topology topology) {
        String reason = ReplyCode.reason(e);
        return switch (ReplyCode.of(e)) {
            case AMQP.NOT_FOUND ->
                new Trouble(
                        "No worker has set up this broker for the namespace '" + topology.namespace() + "' (" + reason
                                + ").",
                        NOT_SET_UP,
                        e);
            case AMQP.ACCESS_REFUSED ->
                new Trouble(
                        "The broker does not allow this user to do that (" + reason + ").",
                        "Give the user in RABBITMQ_URI the permissions in ops/rabbitmq, or use another user.",
                        e);
            default ->
                new Trouble(
                        "The connection to the broker was lost (" + reason + ").",
                        "The request continues without this program; follow its events with the command tail.",
                        e);
        };
    }
}
