package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP.BasicProperties;

/** A message as it is to leave. It may be sent several times, so nobody changes its parts. */
final class Message {

    final String exchange;
    final String routingKey;
    final boolean mandatory;
    final BasicProperties properties;
    final byte[] body;

    /** {@code mandatory}: the broker is to return it where no queue takes it. */
    Message(String exchange, String routingKey, boolean mandatory, BasicProperties properties, byte[] body) {
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.mandatory = mandatory;
        this.properties = properties;
        this.body = body;
    }

    /** Whether the broker may return it with this address. */
    boolean comesBackAs(String exchange, String routingKey) {
        return mandatory && this.exchange.equals(exchange) && this.routingKey.equals(routingKey);
    }
}
