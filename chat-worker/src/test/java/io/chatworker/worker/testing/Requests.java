package io.chatworker.worker.testing;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;

/** Publishes requests; each method returns when the broker has confirmed what it published. */
record Requests(Topology topology) {

    /** Publishes the request and returns its id. */
    String send(Channel channel, Ask ask) {
        publish(channel, ask.routingKey(), ask.build(), ask.bytes());
        return ask.requestId();
    }

    /** Publishes any bytes as a request. */
    void publish(Channel channel, String routingKey, BasicProperties properties, byte[] body) {
        try {
            channel.confirmSelect();
            channel.basicPublish(topology.requests(), routingKey, properties, body);
            channel.waitForConfirmsOrDie(Waits.PATIENCE.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException("the broker did not confirm a request", e);
        }
    }
}
