package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request as the broker delivered it, and what becomes of it there. The first verdict counts, and is worth
 * something only while the channel it came on is open: a closed channel has given its deliveries back.
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
    void accept() {
        settle(() -> channel.basicAck(envelope.getDeliveryTag(), false));
    }

    /** The request goes back to its queue ({@code basic.nack}, requeue). */
    void giveBack() {
        settle(() -> channel.basicNack(envelope.getDeliveryTag(), false, true));
    }

    private interface Settlement {
        void send() throws IOException;
    }

    private void settle(Settlement settlement) {
        if (!settled.compareAndSet(false, true)) {
            return;
        }
        try {
            settlement.send();
        } catch (IOException | AlreadyClosedException e) {
            log.debug("a verdict came too late: the channel is closed, and the broker delivers again");
        }
    }
}
