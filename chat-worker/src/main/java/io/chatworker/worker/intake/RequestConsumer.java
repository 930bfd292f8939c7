package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.run.StopReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
    private final ControlQueue control;
    private final ScheduledExecutorService timer;

    // Guarded by this.
    private final List<Subscription> subscriptions = new ArrayList<>();
    private @Nullable Connection current;
    private boolean stopped;
    private final Map<PauseReason, String> paused = new EnumMap<>(PauseReason.class);

    RequestConsumer(
            String worker,
            BrokerSettings broker,
            RabbitTopology topology,
            IntakeSettings settings,
            RequestListener listener,
            RunningChats chats,
            ControlQueue control,
            ScheduledExecutorService timer) {
        this.control = control;
        this.topology = topology;
        this.settings = settings;
        this.listener = listener;
        this.chats = chats;
        this.timer = timer;
        this.connection = new BrokerConnection(worker + " consume", broker, this::opened);
    }

    public void start() {
        connection.start();
    }

    public BrokerConnection connection() {
        return connection;
    }

    /** Takes no requests for this reason, told to people by {@code why}; null where the reason is over. */
    void pause(PauseReason reason, @Nullable String why) {
        if (why == null ? remove(reason) : add(reason, why)) {
            log.info(why == null ? "intake: {} is no reason to pause any more" : "intake pauses: {}", reason);
        }
    }

    /** For people: why no requests are taken, or null where they are. */
    public synchronized @Nullable String pausedFor() {
        return paused.isEmpty() ? null : String.join("; ", paused.values());
    }

    private synchronized boolean add(PauseReason reason, String why) {
        if (paused.isEmpty()) {
            subscriptions.forEach(Subscription::cancel);
        }
        return paused.put(reason, why) == null;
    }

    private synchronized boolean remove(PauseReason reason) {
        boolean removed = paused.remove(reason) != null;
        if (removed && paused.isEmpty() && !stopped) {
            subscriptions.forEach(Subscription::consume);
        }
        return removed;
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
        control.listen(connection);
        int left = settings.concurrency();
        while (left > 0) {
            int prefetch = Math.min(left, MAX_PREFETCH_PER_CHANNEL);
            subscribe(connection, prefetch);
            left -= prefetch;
        }
    }

    private void subscribe(Connection connection, int prefetch) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no more channels on this connection");
        }
        channel.basicQos(prefetch);
        boolean countsAcquisitions = EarlierDeliveries.countedBy(
                String.valueOf(connection.getServerProperties().get("version")));
        Subscription subscription = new Subscription(channel, prefetch, countsAcquisitions);
        if (paused.isEmpty()) {
            subscription.begin();
        }
        subscriptions.add(subscription);
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

    private void renewLater(Subscription old) {
        var _ = timer.schedule(
                () -> Thread.startVirtualThread(() -> renew(old)), REOPEN_DELAY_MS, TimeUnit.MILLISECONDS);
    }

    /** Closes the connection; what is not settled goes back to the queue. */
    @Override
    public void close() {
        connection.close();
    }

    /** One channel's consumer; its methods are called by the client, in order, and only hand on. */
    private final class Subscription extends DefaultConsumer {
        private final int prefetch;
        private final boolean countsAcquisitions;
        private volatile String tag = "";

        Subscription(Channel channel, int prefetch, boolean countsAcquisitions) {
            super(channel);
            this.prefetch = prefetch;
            this.countsAcquisitions = countsAcquisitions;
        }

        @Override
        public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
            Delivery delivery = new Delivery(getChannel(), envelope, properties, body, countsAcquisitions);
            Thread.ofVirtual().name("chat-" + envelope.getDeliveryTag()).start(() -> listener.handle(delivery));
        }

        /** The queue is gone, or the broker took the deliveries back for taking too long. */
        @Override
        public void handleCancel(String consumerTag) {
            log.warn("the broker cancelled the consumer of {}", settings.pool().queue());
            chats.stop(delivery -> delivery.cameOn(getChannel()), StopReason.DELIVERY_LOST);
            Thread.startVirtualThread(this::abort);
            renewLater(this);
        }

        @Override
        public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
            chats.stop(delivery -> delivery.cameOn(getChannel()), StopReason.DELIVERY_LOST);
            if (!signal.isHardError() && !signal.isInitiatedByApplication()) {
                log.warn("a consuming channel was closed: {}", signal.getMessage());
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

        void begin() throws IOException {
            tag = getChannel().basicConsume(settings.pool().queue(), false, this);
        }

        void consume() {
            try {
                begin();
            } catch (IOException | RuntimeException e) {
                log.debug("a channel was gone before it consumed again; it will be renewed");
            }
        }

        void cancel() {
            if (tag.isEmpty()) {
                return;
            }
            try {
                getChannel().basicCancel(tag);
                tag = "";
            } catch (IOException | RuntimeException e) {
                log.debug("a consumer was gone before it was cancelled");
            }
        }
    }
}
