package io.chatworker.cli;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Goes once through the letters of a queue that are there now. Those not removed are requeued by a nack, which newer brokers
 * do not count towards the delivery limit of the queue, as they do for a closed channel. A quorum queue puts a requeued
 * message behind those requeued before, so the order is not kept.
 */
final class LetterQueue {

    private final Channel channel;
    private final String queue;
    private final List<Long> held = new ArrayList<>();
    private final long last;
    private long taken;

    LetterQueue(Channel channel, String queue) throws IOException {
        this.channel = channel;
        this.queue = queue;
        last = channel.queueDeclarePassive(queue).getMessageCount();
    }

    long size() {
        return last;
    }

    /** The next letter that matches, or null when all have been seen. */
    @Nullable
    Letter next(Predicate<Letter> wanted) throws IOException {
        while (taken < last) {
            GetResponse message = channel.basicGet(queue, false);
            if (message == null) {
                return null;
            }
            taken++;
            held.add(message.getEnvelope().getDeliveryTag());
            Letter letter = new Letter(message);
            if (wanted.test(letter)) {
                return letter;
            }
        }
        return null;
    }

    void remove(Letter letter) throws IOException {
        long tag = letter.message().getEnvelope().getDeliveryTag();
        channel.basicAck(tag, false);
        held.remove(tag);
    }

    void requeue() throws IOException {
        for (long tag : held) {
            channel.basicNack(tag, false, true);
        }
        held.clear();
        // The nacks are on their way: an answer from the broker shows that they have arrived.
        channel.queueDeclarePassive(queue);
    }
}
