package io.chatworker.cli;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Publishes one message at a time, and reports what became of it. Safe for several threads. */
final class Publisher {

    /** What became of a message. */
    enum Outcome {
        TAKEN,
        /** No queue is bound for it. */
        RETURNED,
        /** The broker nacked it: a queue is full. */
        REFUSED
    }

    private static final long CONFIRM_MILLIS = 15_000;

    private final Channel channel;
    // Written by the connection's thread before the confirm that ends the wait.
    private volatile boolean returned;

    Publisher(Connection connection) throws IOException {
        channel = connection.createChannel();
        channel.confirmSelect();
        channel.addReturnListener(message -> returned = true);
    }

    synchronized Outcome publish(String exchange, String routingKey, AMQP.BasicProperties properties, byte[] body)
            throws IOException {
        returned = false;
        channel.basicPublish(exchange, routingKey, true, properties, body);
        try {
            if (!channel.waitForConfirms(CONFIRM_MILLIS)) {
                return Outcome.REFUSED;
            }
        } catch (TimeoutException e) {
            throw new Trouble(
                    "The broker did not confirm the message within " + CONFIRM_MILLIS / 1000 + " s.",
                    "It may be out of memory or disk space: read its log, then try again.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the broker", e);
        }
        return returned ? Outcome.RETURNED : Outcome.TAKEN;
    }
}
