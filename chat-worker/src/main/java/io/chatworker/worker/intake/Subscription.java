package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel and its consumers. It is in one of three states:
 *
 * <table>
 *   <caption>transitions</caption>
 *   <tr><th>from</th><th>on</th><th>to</th><th>which means</th></tr>
 *   <tr><td>IDLE</td><td>{@link #consume()}</td><td>CONSUMING</td><td>a consumer for the places that are free</td></tr>
 *   <tr><td>CONSUMING</td><td>a chat ends, and places are free that no consumer has</td><td>CONSUMING</td>
 *       <td>another consumer for these</td></tr>
 *   <tr><td>CONSUMING</td><td>{@link #pause()}</td><td>IDLE</td><td>all consumers cancelled; what was delivered stays
 *       and may be settled</td></tr>
 *   <tr><td>IDLE, CONSUMING</td><td>the channel or its connection closes, whoever closed it; the broker cancels a
 *       consumer; the broker does not do what it was asked</td><td>LOST</td><td>the channel is aborted, so that its
 *       deliveries go back to the queue, and its owner hears of it once</td></tr>
 *   <tr><td>LOST</td><td>anything</td><td>LOST</td><td>the owner replaces it</td></tr>
 * </table>
 *
 * <p>The client calls {@code handle…} in order, on threads of its own; these never wait.
 */
final class Subscription extends DefaultConsumer {

    private enum State {
        IDLE,
        CONSUMING,
        LOST
    }

    private static final Logger log = LoggerFactory.getLogger(Subscription.class);

    private final IntakeSettings settings;
    private final String queue;
    private final Places places;
    private final boolean countsAcquisitions;
    private final Consumer<Delivery> requests;
    private final Consumer<Subscription> lost;

    // Written by move() under this lock, which is held over questions to the broker; read by anyone.
    private volatile State state = State.IDLE;
    private @Nullable Exception failure;

    private Subscription(
            Channel channel,
            IntakeSettings settings,
            Places places,
            boolean countsAcquisitions,
            Consumer<Delivery> requests,
            Consumer<Subscription> lost) {
        super(channel);
        this.settings = settings;
        this.queue = settings.pool().queue();
        this.places = places;
        this.countsAcquisitions = countsAcquisitions;
        this.requests = requests;
        this.lost = lost;
    }

    /**
     * An idle one on this channel.
     *
     * @param requests takes one delivery, and returns when it is settled; called on a thread for each
     * @param lost called once, when this is lost
     */
    static Subscription on(
            Channel channel,
            IntakeSettings settings,
            Places places,
            boolean countsAcquisitions,
            Consumer<Delivery> requests,
            Consumer<Subscription> lost) {
        Subscription subscription = new Subscription(channel, settings, places, countsAcquisitions, requests, lost);
        // Whoever closes it: the client does so itself when a consumer throws.
        channel.addShutdownListener(signal -> Thread.startVirtualThread(() -> subscription.lose(signal)));
        return subscription;
    }

    /** Whether it must be replaced. */
    boolean isLost() {
        return state == State.LOST;
    }

    int prefetch() {
        return places.all();
    }

    /** Whether a delivery came on this channel. */
    boolean brought(Delivery delivery) {
        return delivery.cameOn(getChannel());
    }

    /** Takes requests on the free places; whether it did not before. */
    synchronized boolean consume() {
        return state == State.IDLE && move(State.CONSUMING);
    }

    /** Takes no more requests; whether it did before. */
    synchronized boolean pause() {
        return state == State.CONSUMING && move(State.IDLE);
    }

    /** The channel was closed, or is not to be trusted. */
    synchronized void lose(Exception why) {
        if (state != State.LOST) {
            failure = why;
            move(State.LOST);
        }
    }

    /** Throws what it was lost for, if it is. */
    synchronized void check() throws IOException {
        if (failure != null) {
            throw failure instanceof IOException e ? e : new IOException(failure);
        }
    }

    /** The one place where the state changes. */
    private boolean move(State to) {
        State next = to;
        try {
            switch (to) {
                case CONSUMING -> addConsumer();
                case IDLE -> cancelConsumers();
                case LOST -> {}
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            next = State.LOST;
        }
        state = next;
        if (next == State.LOST) {
            lost.accept(this);
            // The broker may be slow to say that it is closed.
            Thread.startVirtualThread(this::abort);
        }
        return true;
    }

    private synchronized void fill() {
        if (state == State.CONSUMING && places.free() > 0) {
            move(State.CONSUMING);
        }
    }

    /**
     * Never under a tag that was there before: RabbitMQ 3.10 closes the connection (541) where what came under it is
     * still unsettled.
     */
    private void addConsumer() throws IOException {
        int free = places.free();
        if (free > 0) {
            String tag = "requests-" + UUID.randomUUID();
            places.give(tag, free);
            getChannel().basicQos(free);
            var _ = getChannel().basicConsume(queue, false, tag, this);
        }
    }

    private void cancelConsumers() throws IOException {
        for (String tag : places.pause()) {
            getChannel().basicCancel(tag);
        }
    }

    private void abort() {
        try {
            getChannel().abort();
        } catch (IOException | RuntimeException e) {
            log.debug("the channel was closed already");
        }
    }

    @Override
    public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
        Delivery delivery = new Delivery(getChannel(), envelope, properties, body, countsAcquisitions);
        places.delivered(consumerTag);
        Runnable chat = () -> {
            try {
                requests.accept(delivery);
            } finally {
                places.settled(consumerTag);
                fill();
            }
        };
        settings.chatThread("chat-" + envelope.getDeliveryTag(), chat).start();
    }

    /** Comes behind what was delivered before. */
    @Override
    public void handleCancelOk(String consumerTag) {
        places.over(consumerTag);
        Thread.startVirtualThread(this::fill);
    }

    /** The queue is gone, or the broker took the deliveries back for taking too long. */
    @Override
    public void handleCancel(String consumerTag) {
        log.warn("the broker cancelled the consumer of {}", queue);
        Thread.startVirtualThread(() -> lose(new IOException("consumer cancelled by the broker")));
    }
}
