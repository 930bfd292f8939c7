package io.chatworker.worker.intake;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.ReplyCode;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.run.StopReason;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes as many requests at once as there are places for chats, and none during a pause.
 *
 * <p>Prefetch is the limit of the work, since Ollama does not push back
 * (<a href="https://www.rabbitmq.com/docs/consumer-prefetch">consumer prefetch</a>). It is spread over several
 * {@link Subscription}s because the client blocks its reader when a thousand deliveries of one channel wait. One that
 * is lost while the connection stays is replaced by another.
 */
public final class RequestConsumer {

    private static final Logger log = LoggerFactory.getLogger(RequestConsumer.class);
    private static final int MAX_PREFETCH_PER_CHANNEL = 256;
    private static final long REPLACE_DELAY_MS = 1_000;

    private final IntakeSettings settings;
    private final RabbitTopology topology;
    private final RequestListener listener;
    private final InFlight inFlight;
    private final Pauses pauses;
    private final ScheduledExecutorService timer;

    // Both are written under this lock, which is held over questions to the broker; anyone reads the list.
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private @Nullable Connection current;

    public RequestConsumer(
            IntakeSettings settings,
            RabbitTopology topology,
            RequestListener listener,
            InFlight inFlight,
            Pauses pauses,
            ScheduledExecutorService timer) {
        this.settings = settings;
        this.topology = topology;
        this.listener = listener;
        this.inFlight = inFlight;
        this.pauses = pauses;
        this.timer = timer;
    }

    /** Consumes on a fresh connection; those before it are forgotten. */
    public synchronized void opened(Connection connection) throws IOException {
        current = connection;
        subscriptions.clear();
        int left = settings.concurrency();
        while (left > 0) {
            int prefetch = Math.min(left, MAX_PREFETCH_PER_CHANNEL);
            subscriptions.add(subscribe(connection, prefetch));
            left -= prefetch;
        }
        move(subscriptions);
        for (Subscription subscription : subscriptions) {
            subscription.check();
        }
    }

    /** Pauses or resumes as the reasons now are. */
    synchronized void recheck() {
        if (move(subscriptions) && !pauses.isDraining()) {
            List<PauseReason> reasons = pauses.names();
            log.info(reasons.isEmpty() ? "intake resumes" : "intake pauses: {}", reasons);
        }
    }

    /** Whether no subscription is lost. Never waits. */
    boolean isWhole() {
        return subscriptions.stream().noneMatch(Subscription::isLost);
    }

    /** Makes them consume or not, as the reasons to pause are; whether any did otherwise before. */
    private boolean move(List<Subscription> some) {
        pauses.note();
        boolean consume = pauses.why() == null;
        boolean moved = false;
        for (Subscription subscription : some) {
            moved |= consume ? subscription.consume() : subscription.pause();
        }
        return moved;
    }

    private Subscription subscribe(Connection connection, int prefetch) throws IOException {
        boolean countsAcquisitions = EarlierDeliveries.countedBy(
                String.valueOf(connection.getServerProperties().get("version")));
        Channel channel = BrokerConnection.channel(connection);
        return Subscription.on(
                channel, settings, new Places(prefetch), countsAcquisitions, listener::handle, this::lost);
    }

    private void lost(Subscription subscription) {
        inFlight.stop(subscription::brought, StopReason.DELIVERY_LOST);
        replaceLater(subscription);
    }

    private void replaceLater(Subscription lost) {
        if (!pauses.isDraining()) {
            var _ = timer.schedule(
                    () -> Thread.startVirtualThread(() -> replace(lost)), REPLACE_DELAY_MS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void replace(Subscription lost) {
        Connection open = current;
        int index = subscriptions.indexOf(lost);
        if (open == null || !open.isOpen() || index < 0 || pauses.isDraining()) {
            return;
        }
        try {
            topology.ensure(open);
            Subscription fresh = subscribe(open, lost.prefetch());
            subscriptions.set(index, fresh);
            move(List.of(fresh));
            fresh.check();
            log.info("consuming again");
        } catch (IOException | RuntimeException e) {
            log.warn("cannot consume: {}; trying again", ReplyCode.reason(e));
            if (subscriptions.contains(lost)) {
                replaceLater(lost);
            }
        }
    }
}
