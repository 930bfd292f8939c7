package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import io.chatworker.worker.broker.LargeBody;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request as the broker delivered it. It is settled once: the first settlement counts, and only while the channel it
 * came on is open, since the broker requeues what a closed channel held.
 */
final class Delivery {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    final Envelope envelope;
    final BasicProperties properties;
    final byte[] body;
    private final Channel channel;
    private final int earlierDeliveries;
    private final AtomicBoolean settled = new AtomicBoolean();

    Delivery(Channel channel, Envelope envelope, BasicProperties properties, byte[] body, boolean countsAcquisitions) {
        this.channel = channel;
        this.envelope = envelope;
        this.properties = properties;
        this.body = body;
        this.earlierDeliveries = EarlierDeliveries.of(envelope, properties, countsAcquisitions);
    }

    int earlierDeliveries() {
        return earlierDeliveries;
    }

    /** The size of a body that was too large to be read; empty where {@link #body} is the request's. */
    OptionalLong sizeOfUnreadBody() {
        return LargeBody.sizeNotedIn(body);
    }

    /** Whether it is still this worker's. */
    boolean isOpen() {
        return channel.isOpen();
    }

    /** Whether it came on this channel: the object itself, since numbers are used again. */
    @SuppressWarnings("ReferenceEquality")
    boolean cameOn(Channel other) {
        return channel == other;
    }

    /** The request is done: the broker forgets it ({@code basic.ack}). */
    void ack() {
        settle(() -> channel.basicAck(envelope.getDeliveryTag(), false));
    }

    /** The request goes back to its queue ({@code basic.nack}, requeue). */
    void requeue() {
        settle(() -> channel.basicNack(envelope.getDeliveryTag(), false, true));
    }

    /** The broker itself moves the request to the dead letters ({@code basic.reject}). */
    void reject() {
        settle(() -> channel.basicReject(envelope.getDeliveryTag(), false));
    }

    private interface Frame {
        void send() throws IOException;
    }

    private void settle(Frame frame) {
        if (!settled.compareAndSet(false, true)) {
            return;
        }
        try {
            frame.send();
        } catch (IOException | AlreadyClosedException e) {
            log.debug("a settlement came too late: the channel is closed, and the broker delivers again");
        }
    }
}
