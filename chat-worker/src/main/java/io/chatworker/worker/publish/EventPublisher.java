package io.chatworker.worker.publish;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.RabbitTopology;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publishing connection and its stripes. It is not the consuming one: the broker stops reading from connections
 * that publish when it runs short of memory or disk, and acknowledgements must go on
 * (<a href="https://www.rabbitmq.com/docs/alarms">alarms</a>).
 */
public final class EventPublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventPublisher.class);
    private static final int MAX_STRIPES = 8;
    private static final Duration REOPEN_DELAY = Duration.ofSeconds(1);
    private static final Duration CONFIRM_CHECK = Duration.ofSeconds(5);

    private final BrokerConnection connection;
    private final Requesters requesters;
    private final RabbitTopology topology;
    private final ScheduledExecutorService timer;
    private final PublishCounts counts = new PublishCounts();
    private final List<Stripe> stripes;
    /** Those that a timer is to open again. */
    private final Set<Stripe> reopening = ConcurrentHashMap.newKeySet();

    private final AtomicInteger turn = new AtomicInteger();
    private volatile @Nullable Connection current;
    private volatile Runnable onBlocked = () -> {};
    private volatile @Nullable String blockedReason;

    /** A publisher for so many requests at once; nothing is opened before {@link #start()}. */
    public EventPublisher(
            String worker,
            BrokerSettings settings,
            RabbitTopology topology,
            int concurrency,
            ScheduledExecutorService timer) {
        this.topology = topology;
        this.timer = timer;
        this.stripes = IntStream.range(0, Math.min(concurrency, MAX_STRIPES))
                .mapToObj(_ -> new Stripe(counts, this::reopenLater))
                .toList();
        this.connection = new BrokerConnection(worker + " publish", settings, this::opened);
        this.requesters = new Requesters(worker, settings);
    }

    /** {@code listener} runs on a thread of its own whenever {@link #blockedReason()} may have changed. */
    public void onBlocked(Runnable listener) {
        onBlocked = listener;
    }

    /** Why the broker takes no messages, or null where it does. */
    public @Nullable String blockedReason() {
        return blockedReason;
    }

    public void start() {
        requesters.start();
        connection.start();
        var _ = timer.scheduleWithFixedDelay(
                this::checkConfirms, CONFIRM_CHECK.toMillis(), CONFIRM_CHECK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void checkConfirms() {
        for (Stripe stripe : stripes) {
            if (stripe.misses(System.nanoTime())) {
                log.warn("the broker is silent about a message for a minute or more: it is sent again");
            }
        }
    }

    public BrokerConnection connection() {
        return connection;
    }

    public PublishCounts counts() {
        return counts;
    }

    Requesters requesters() {
        return requesters;
    }

    /** The stripe for the next request. */
    Stripe nextStripe() {
        return stripes.get(Math.floorMod(turn.getAndIncrement(), stripes.size()));
    }

    private synchronized void opened(Connection connection) throws IOException {
        current = connection;
        connection.addBlockedListener(new BlockedListener() {
            @Override
            public void handleBlocked(String reason) {
                log.warn("the broker blocks publishers ({}): reading from Ollama waits", reason);
                blocked("the broker blocks publishers: " + reason);
            }

            @Override
            public void handleUnblocked() {
                log.info("the broker takes messages again");
                blocked(null);
                stripes.stream().filter(stripe -> !stripe.isOpen()).forEach(EventPublisher.this::reopenLater);
            }
        });
        blocked(null);
        for (Stripe stripe : stripes) {
            stripe.open(connection);
        }
    }

    private void blocked(@Nullable String why) {
        stripes.forEach(stripe -> stripe.blocked(why != null));
        blockedReason = why;
        Thread.startVirtualThread(onBlocked);
    }

    /** A channel alone was closed, such as for an exchange that is gone, or is doubted: only that one is opened anew. */
    private void reopenLater(Stripe stripe) {
        if (!reopening.add(stripe)) {
            return;
        }
        var _ = timer.schedule(
                () -> Thread.startVirtualThread(() -> reopen(stripe)), REOPEN_DELAY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void reopen(Stripe stripe) {
        reopening.remove(stripe);
        Connection open = current;
        // While the broker blocks publishers it would read nothing; the end of that is another reason to reopen.
        if (open == null || !open.isOpen() || blockedReason != null || stripe.isOpen()) {
            return;
        }
        try {
            topology.ensure(open);
            stripe.open(open);
            log.info("a publishing channel was opened anew");
        } catch (IOException | RuntimeException e) {
            log.warn("a publishing channel cannot be opened: {}; trying again", e.getMessage());
            reopenLater(stripe);
        }
    }

    /** Closes the connection; what is unconfirmed is lost to this process. */
    @Override
    public void close() {
        requesters.close();
        connection.close();
    }
}
