package io.chatworker.cli.letters;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The letters of a queue that are there when it is looked at. A look takes each in turn, keeps all until its end, and
 * then requeues by a nack what was not removed: newer brokers do not count that towards the delivery limit, as they do a
 * closed channel. A quorum queue puts a requeued message behind those requeued before, so the order of the queue says
 * nothing; {@link #newestFirst} sorts. Meanwhile nobody else sees the letters.
 */
public final class LetterQueue {

    /** Hears how far the reading has come, as it takes long. */
    public interface Progress {
        void reached(long letters);

        void done();
    }

    /** What is done with a letter; true removes it. */
    public interface Step {
        boolean take(Letter letter, GetResponse message) throws IOException;
    }

    private static final Duration REQUEUE = Duration.ofSeconds(3);
    private static final Duration STEP = Duration.ofMillis(10);

    private final Channel channel;
    private final String queue;
    private final Progress progress;

    public LetterQueue(Channel channel, String queue, Progress progress) {
        this.channel = channel;
        this.queue = queue;
        this.progress = progress;
    }

    /** All of them, without their bodies. */
    public List<Letter> newestFirst() throws IOException {
        List<Letter> all = new ArrayList<>();
        look((letter, message) -> {
            all.add(letter);
            progress.reached(all.size());
            return false;
        });
        progress.done();
        all.sort(Letter.NEWEST_FIRST);
        return all;
    }

    /** Takes a step with each of these that is still there, and returns how many there were. */
    public int each(Collection<Letter> chosen, Step step) throws IOException {
        Map<String, Integer> wanted = new HashMap<>();
        chosen.forEach(letter -> wanted.merge(letter.fingerprint(), 1, Integer::sum));
        int[] found = {0};
        if (!chosen.isEmpty()) {
            look((letter, message) -> {
                if (wanted.getOrDefault(letter.fingerprint(), 0) == 0) {
                    return false;
                }
                wanted.merge(letter.fingerprint(), -1, Integer::sum);
                found[0]++;
                return step.take(letter, message);
            });
        }
        return found[0];
    }

    private void look(Step step) throws IOException {
        List<Long> kept = new ArrayList<>();
        long letters = channel.queueDeclarePassive(queue).getMessageCount();
        try {
            for (long read = 1; read <= letters; read++) {
                GetResponse message = channel.basicGet(queue, false);
                if (message == null) {
                    break;
                }
                long tag = message.getEnvelope().getDeliveryTag();
                kept.add(tag);
                if (step.take(Letter.of(message), message)) {
                    channel.basicAck(tag, false);
                    kept.remove(tag);
                }
            }
        } finally {
            requeue(kept);
        }
    }

    private void requeue(List<Long> kept) throws IOException {
        for (long tag : kept) {
            channel.basicNack(tag, false, true);
        }
        // The nacks are on their way, and a quorum queue takes a moment until the letters are there again.
        long end = System.nanoTime() + REQUEUE.toNanos();
        while (channel.queueDeclarePassive(queue).getMessageCount() < kept.size() && System.nanoTime() < end) {
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
