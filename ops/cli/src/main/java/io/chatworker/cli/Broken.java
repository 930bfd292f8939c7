package io.chatworker.cli;

import com.rabbitmq.client.AMQP;
import io.chatworker.client.ReplyCode;
import io.chatworker.contracts.Topology;

/** What it means that the broker closed a channel or the connection. */
final class Broken {

    private Broken() {}

    static Trouble trouble(Throwable e, Topology topology) {
        String reason = ReplyCode.reason(e);
        return switch (ReplyCode.of(e)) {
            case AMQP.NOT_FOUND ->
                new Trouble(
                        "No worker has set this broker up for the namespace '" + topology.namespace() + "' (" + reason
                                + ").",
                        "Start one with ops/worker, or ask with ops/chat, which does; check RABBITMQ_URI and"
                                + " CHAT_NAMESPACE if one runs.",
                        e);
            case AMQP.ACCESS_REFUSED ->
                new Trouble(
                        "The broker does not let this user do that (" + reason + ").",
                        "Give the user of RABBITMQ_URI the permissions in ops/rabbitmq, or name another.",
                        e);
            default ->
                new Trouble(
                        "The connection to the broker was lost (" + reason + ").",
                        "The request goes on without this program; follow what comes with the command tail.",
                        e);
        };
    }
}
