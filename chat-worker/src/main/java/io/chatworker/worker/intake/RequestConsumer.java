package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.control.ControlQueue;
import io.chatworker.worker.run.StopReason;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consuming connection: takes as many requests at once as there are chats, each on a virtual thread of its own.
 *
 * <p>Prefetch is the limit of the work, since Ollama does not push back
 * (<a href="https://www.rabbitmq.com/docs/consumer-prefetch">consumer prefetch</a>). It is spread over several
 * channels because the client blocks its reader when a thousand deliveries of one channel wait.
 */
public final class RequestConsumer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RequestConsumer.class);
    private static final int MAX_PREFETCH_PER_CHANNEL = 256;
    private static final long REOPEN_DELAY_MS = 1_000;

    private final BrokerConnection connection;
    private final RabbitTopology topology;
    private final IntakeSettings settings;
    private final RequestListener listener;
    private final RunningChats chats;
    private final Pauses pauses;
    private final ControlQueue control;
    private final ScheduledExecutorService timer;

    // Written under this lock, which is held over questions to the broker; read by anyone.
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private @Nullable Connection current;
    private volatile boolean stopped;
    private volatile boolean paused;

    public RequestConsumer(
            String worker,
            BrokerSettings broker,
            RabbitTopology topology,
            IntakeSettings settings,
            RequestListener listener,
            RunningChats chats,
            Pauses pauses,
            ControlQueue control,
            ScheduledExecutorService timer) {
        this.control = control;
        this.topology = topology;
        this.settings = settings;
        this.listener = listener;
        this.chats = chats;
        this.pauses = pauses;
        this.timer = timer;
        this.connection = new BrokerConnection(worker + " consume", broker, this::opened);
    }

    public void start() {
        connection.start();
    }

    public BrokerConnection connection() {
        return connection;
    }

    /** Pauses or goes on as the reasons now are; whoever has one calls this when it changed. */
    synchronized void recheck() {
        boolean pausing = pauses.why() != null;
        if (pausing == paused || stopped) {
            return;
        }
        paused = pausing;
        log.info(pausing ? "intake pauses: {}" : "intake goes on", pauses.names());
        subscriptions.forEach(pausing ? Subscription::cancel : Subscription::consume);
    }

    /** Whether every channel consumes, or is meant not to. Never waits: health asks, also while the broker hangs. */
    boolean isConsuming() {
        return connection.isReady()
                && (paused || stopped || subscriptions.stream().allMatch(Subscription::isActive));
    }

    /** Takes no more requests; those in flight go on and may still be settled. */
    synchronized void stop() {
        stopped = true;
        subscriptions.forEach(Subscription::cancel);
    }

    private synchronized void opened(Connection connection) throws IOException {
        topology.ensure(connection);
        current = connection;
        subscriptions.clear();
        if (stopped) {
            return;
        }
        paused = pauses.why() != null;
        control.listen(connection);
        int left = settings.concurrency();
        while (left > 0) {
            int prefetch = Math.min(left, MAX_PREFETCH_PER_CHANNEL);
            subscribe(connection, prefetch);
            left -= prefetch;
        }
    }

    private void subscribe(Connection connection, int prefetch) throws IOException {
        Channel channel = BrokerConnection.channel(connection);
        boolean countsAcquisitions = EarlierDeliveries.countedBy(
                String.valueOf(connection.getServerProperties().get("version")));
        Subscription subscription = new Subscription(channel, prefetch, countsAcquisitions);
        channel.addShutdownListener(signal -> {
            if (signal.isHardError() || !signal.isInitiatedByApplication()) {
                Thread.startVirtualThread(() -> subscription.closed(signal.isHardError()));
            }
        });
        subscriptions.add(subscription);
        if (!paused) {
            subscription.begin();
        }
    }

    /** The broker ended one channel, or one consumer, and not the connection: only that is built anew. */
    private synchronized void renew(Subscription old) {
        Connection open = current;
        if (open == null || !open.isOpen() || stopped || !subscriptions.contains(old)) {
            return;
        }
        try {
            topology.ensure(open);
            subscriptions.remove(old);
            subscribe(open, old.prefetch);
            log.info("consuming again");
        } catch (IOException | RuntimeException e) {
            log.warn("can not consume: {}; trying again", e.getMessage());
            if (!subscriptions.contains(old)) {
                subscriptions.add(old);
            }
            renewLater(old);
        }
    }

    /** Places have become free that no consumer has. */
    private synchronized void fill(Subscription subscription) {
        if (!paused && !stopped && subscriptions.contains(subscription)) {
            subscription.consume();
        }
    }

    private void renewLater(Subscription old) {
        var _ = timer.schedule(
                () -> Thread.startVirtualThread(() -> renew(old)), REOPEN_DELAY_MS, TimeUnit.MILLISECONDS);
    }

    /** Closes the connection; what is not settled goes back to the queue. */
    @Override
    public void close() {
        connection.close();
    }

    /** One channel and its consumers; its methods are called by the client, in order, and only hand on. */
    private final class Subscription extends DefaultConsumer {
        private final int prefetch;
        private final boolean countsAcquisitions;
        private final Places places;
        private volatile boolean active;

        Subscription(Channel channel, int prefetch, boolean countsAcquisitions) {
            super(channel);
            this.prefetch = prefetch;
            this.places = new Places(prefetch);
            this.countsAcquisitions = countsAcquisitions;
        }

        @Override
        public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
            Delivery delivery = new Delivery(getChannel(), envelope, properties, body, countsAcquisitions);
            places.delivered(consumerTag);
            Thread.ofVirtual().name("chat-" + envelope.getDeliveryTag()).start(() -> {
                listener.handle(delivery);
                places.settled(consumerTag);
                if (active && places.free() > 0) {
                    fill(this);
                }
            });
        }

        /** The queue is gone, or the broker took the deliveries back for taking too long. */
        @Override
        public void handleCancel(String consumerTag) {
            log.warn("the broker cancelled the consumer of {}", settings.pool().queue());
            active = false;
            Thread.startVirtualThread(() -> {
                abort();
                closed(false);
            });
        }

        /** Told by the channel, not by the consumer: one that was cancelled for a pause hears of nothing. */
        void closed(boolean withConnection) {
            active = false;
            chats.stop(delivery -> delivery.cameOn(getChannel()), StopReason.DELIVERY_LOST);
            if (!withConnection) {
                renewLater(this);
            }
        }

        private void abort() {
            try {
                getChannel().abort();
            } catch (IOException e) {
                log.debug("the channel was closed already");
            }
        }

        /**
         * Never under a tag that was there before: RabbitMQ 3.10 closes the connection (541) where what came under it is
         * still unsettled.
         */
        void begin() throws IOException {
            int free = places.free();
            if (free > 0) {
                String tag = "requests-" + UUID.randomUUID();
                places.give(tag, free);
                getChannel().basicQos(free);
                var _ = getChannel().basicConsume(settings.pool().queue(), false, tag, this);
            }
            active = true;
        }

        boolean isActive() {
            return active;
        }

        void consume() {
            try {
                begin();
            } catch (IOException | RuntimeException e) {
                log.warn("can not consume again: {}; trying again", e.getMessage());
                renewLater(this);
            }
        }

        void cancel() {
            if (!active) {
                return;
            }
            active = false;
            try {
                for (String tag : places.pause()) {
                    getChannel().basicCancel(tag);
                }
            } catch (IOException | RuntimeException e) {
                log.debug("a consumer was gone before it was cancelled");
            }
        }
    }
}
