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
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    private static final int DEFAULT_FRAME_MAX = 128 * 1024;
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    private static final Duration CONFIRM_CHECK = Duration.ofSeconds(5);

    private final BrokerConnection connection;
    private final RequesterWatch requesters;
    private final RabbitTopology topology;
    private final ScheduledExecutorService timer;
    private final PublishCounts counts = new PublishCounts();
    private final SizeLimit limit = new SizeLimit();
    private final BlockedTime blockedTime = new BlockedTime();
    /** For the events of requests. */
    private final List<Stripe> stripes;
    /** For calls to tools. */
    private final Stripe callStripe;

    private final List<Stripe> allStripes;
    /** Those that a timer is to open again. */
    private final Set<Stripe> reopening = ConcurrentHashMap.newKeySet();
    /** Held while a stripe is opened: one after the other, so that a message that is sent alone really is. */
    private final ReentrantLock opening = new ReentrantLock();

    private final AtomicInteger turn = new AtomicInteger();
    private volatile @Nullable Connection current;
    private volatile Runnable onBlocked = () -> {};
    private volatile @Nullable String blockedReason;

    /** A publisher for so many requests at once; nothing is opened before {@link #start()}. */
    public EventPublisher(
            String worker,
            BrokerSettings settings,
            RabbitTopology topology,
            PublishSettings publish,
            int concurrency,
            ScheduledExecutorService timer) {
        this.topology = topology;
        this.timer = timer;
        this.stripes = IntStream.range(0, Math.min(concurrency, MAX_STRIPES))
                .mapToObj(_ -> new Stripe(counts, limit, Blame::fallsOnAMessage, this::reopenIn))
                .toList();
        this.callStripe = new Stripe(counts, limit, Blame::fallsOnACall, this::reopenIn);
        this.allStripes = Stream.concat(stripes.stream(), Stream.of(callStripe)).toList();
        this.connection = BrokerConnection.gathering(worker + " publish", settings, publish.beat(), this::opened);
        this.requesters = new RequesterWatch(worker, settings);
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
        for (Stripe stripe : allStripes) {
            if (stripe.misses(System.nanoTime())) {
                log.warn("the broker is silent about a message for a minute or more: it is sent again");
            }
        }
    }

    public BrokerConnection connection() {
        return connection;
    }

    /** The connection of those that look after requesters with direct reply-to. */
    public BrokerConnection requestersConnection() {
        return requesters.connection();
    }

    public PublishCounts counts() {
        return counts;
    }

    /** Messages that the broker has not confirmed. */
    public int unconfirmed() {
        return stripes.stream().mapToInt(Stripe::unconfirmed).sum();
    }

    /** How long the broker has blocked publishers since the start, the present block included. */
    public double secondsBlocked() {
        return blockedTime.seconds();
    }

    SizeLimit limit() {
        return limit;
    }

    /** As agreed with the broker, or its default while there is no connection. */
    int frameMax() {
        Connection open = current;
        int agreed = open == null ? DEFAULT_FRAME_MAX : open.getFrameMax();
        return agreed == 0 ? Integer.MAX_VALUE : agreed;
    }

    RequesterWatch requesters() {
        return requesters;
    }

    /** The stripe for the next request. */
    Stripe nextStripe() {
        return stripes.get(Math.floorMod(turn.getAndIncrement(), stripes.size()));
    }

    /** The stripe for all calls to tools. */
    Stripe callStripe() {
        return callStripe;
    }

    private void opened(Connection connection) {
        current = connection;
        limit.forget();
        connection.addBlockedListener(new BlockedListener() {
            @Override
            public void handleBlocked(String reason) {
                blocked("the broker blocks publishers: " + reason);
            }

            @Override
            public void handleUnblocked() {
                blocked(null);
                allStripes.stream().filter(stripe -> !stripe.isOpen()).forEach(stripe -> reopenIn(stripe, TRY_AGAIN));
            }
        });
        blocked(null);
        // A broker that blocks at once may keep this waiting for hours, and the connection is there meanwhile.
        Thread.startVirtualThread(() -> allStripes.forEach(stripe -> open(stripe, connection, false)));
    }

    private void blocked(@Nullable String why) {
        allStripes.forEach(stripe -> stripe.blocked(why != null));
        blockedReason = why;
        blockedTime.set(why != null);
        Thread.startVirtualThread(onBlocked);
    }

    /** A channel alone was closed, such as for an exchange that is gone, or is doubted: only that one is opened anew. */
    private void reopenIn(Stripe stripe, Duration wait) {
        if (reopening.add(stripe)) {
            var _ = timer.schedule(
                    () -> Thread.startVirtualThread(() -> reopen(stripe)), wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void reopen(Stripe stripe) {
        reopening.remove(stripe);
        Connection connection = current;
        // While the broker blocks publishers it would read nothing; the end of that is another reason to reopen.
        if (connection != null && blockedReason == null && !stripe.isOpen()) {
            open(stripe, connection, true);
        }
    }

    /** {@code again}: the connection stayed, so something that the worker declared may be gone. */
    private void open(Stripe stripe, Connection connection, boolean again) {
        opening.lock();
        try {
            if (connection.isOpen() && !stripe.isOpenOn(connection)) {
                if (again) {
                    topology.ensure(connection);
                }
                stripe.open(connection);
                if (again) {
                    log.info("a publishing channel was opened anew");
                }
            }
        } catch (IOException | RuntimeException e) {
            log.warn("a publishing channel cannot be opened: {}; trying again", e.getMessage());
            reopenIn(stripe, TRY_AGAIN);
        } finally {
            opening.unlock();
        }
    }

    /** Closes the connection; what is unconfirmed is lost to this process. */
    @Override
    public void close() {
        requesters.close();
        connection.close();
    }
}
