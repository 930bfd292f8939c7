package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;

/** Deliveries that came on no channel. */
final class Deliveries {

    private Deliveries() {}

    static Delivery of(BasicProperties properties, byte[] body) {
        return new Delivery(null, new Envelope(1, false, "chat.requests", "any"), properties, body, false);
    }
}
