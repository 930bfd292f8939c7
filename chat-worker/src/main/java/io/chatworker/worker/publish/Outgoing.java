package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One message on its way to the broker, kept until the broker confirmed it. Its state is its stripe's. */
final class Outgoing {

    final String exchange;
    final String routingKey;
    final boolean mandatory;
    final BasicProperties properties;
    final byte[] body;
    final @Nullable CompletableFuture<Confirmation> confirmation;
    final @Nullable Runnable onReturned;
    boolean returned;
    boolean settled;
    /** Whether its channel refused it, and the next is to try. */
    boolean kept;
    /** {@link System#nanoTime()} when it was last written. */
    long writtenAt;
    /** How often it had no answer for too long. */
    int overdue;

    Outgoing(
            String exchange,
            String routingKey,
            boolean mandatory,
            BasicProperties properties,
            byte[] body,
            @Nullable CompletableFuture<Confirmation> confirmation,
            @Nullable Runnable onReturned) {
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.mandatory = mandatory;
        this.properties = properties;
        this.body = body;
        this.confirmation = confirmation;
        this.onReturned = onReturned;
    }
}
