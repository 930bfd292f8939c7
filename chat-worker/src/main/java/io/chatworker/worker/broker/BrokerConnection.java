package io.chatworker.worker.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.chatworker.client.BrokerNodes;
import io.chatworker.client.ReplyCode;
import io.chatworker.worker.settings.Backoff;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the broker, opened again with growing waits whenever it is lost.
 *
 * <p>The client's own recovery stays off: it buffers nothing, forgets what was unconfirmed and does not act on the
 * first connect (<a href="https://www.rabbitmq.com/client-libraries/java-api-guide#recovery">its limits</a>). Here
 * whoever uses the connection sets itself up anew in {@link User#opened} each time, so an acknowledgement can never
 * hit a delivery of another connection.
 */
public final class BrokerConnection implements AutoCloseable {

    /** Sets itself up on a fresh connection. Runs on the connection's own thread, never twice at once. */
    public interface User {
        void opened(Connection connection) throws IOException;
    }

    /**
     * Looks, every {@code CHAT_TOPOLOGY_CHECK} while the connection is open, whether what its user needs is still there,
     * and mends what it can; returns what is missing, for people, or null. Runs on the connection's own thread.
     */
    public interface Check {
        @Nullable
        String missing(Connection connection);
    }

    private static final Logger log = LoggerFactory.getLogger(BrokerConnection.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int RPC_TIMEOUT_MS = 30_000;
    private static final int CLOSE_TIMEOUT_MS = 3_000;
    /** What RabbitMQ 3.10 lets through at most; less would close the connection instead of rejecting the request. */
    private static final int MAX_INBOUND_BYTES = 134_217_728;

    private final String name;
    private final BrokerNodes nodes;
    private final Supplier<ConnectionFactory> factories;
    private final Duration checkEvery;
    private final Duration beat;
    private final User user;
    private final Check check;
    /** Never shut down: it keeps no thread, and the client still reports the end of a connection on it. */
    private final ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();

    private final StopSignal closing = new StopSignal();
    private final AtomicInteger opened = new AtomicInteger();

    private volatile @Nullable Connection current;
    private volatile @Nullable Socket socket;
    private volatile @Nullable GatheringSockets sockets;
    private volatile String state = "not connected yet";
    private volatile boolean ready;
    private volatile boolean troubled;
    private volatile @Nullable String missing;

    /** Opens nothing before {@link #start()}. The name is shown in the broker's management pages. */
    public BrokerConnection(String name, BrokerSettings settings, User user) {
        this(name, settings, ConnectionFactory::new, Duration.ZERO, user, _ -> null);
    }

    private BrokerConnection(
            String name,
            BrokerSettings settings,
            Supplier<ConnectionFactory> factories,
            Duration beat,
            User user,
            Check check) {
        this.name = name;
        this.nodes = settings.nodes();
        this.checkEvery = settings.topologyCheck();
        this.factories = factories;
        this.beat = beat;
        this.user = user;
        this.check = check;
    }

    /** A connection on which a {@link LargeBody} note comes in the place of each body that is larger than this. */
    public static BrokerConnection limited(
            String name, BrokerSettings settings, long maxBodyBytes, User user, Check check) {
        return new BrokerConnection(name, settings, () -> BodyLimit.factory(maxBodyBytes), Duration.ZERO, user, check);
    }

    /**
     * A connection whose writes leave together where they come closer than a beat, and whose reads come no more often;
     * with a beat of zero one like any other.
     */
    public static BrokerConnection gathering(String name, BrokerSettings settings, Duration beat, User user) {
        return new BrokerConnection(name, settings, ConnectionFactory::new, beat, user, _ -> null);
    }

    public void start() {
        // Not a virtual one: looking up a host holds the thread that asks, and a carrier carries many.
        Thread.ofPlatform().daemon().name("supervise " + name).start(this::supervise);
    }

    /** Whether the connection is open and its user has set itself up on it. */
    public boolean isReady() {
        Connection connection = current;
        return ready && connection != null && connection.isOpen();
    }

    /** The connection while it is open, else null. */
    public @Nullable Connection current() {
        Connection connection = current;
        return connection != null && connection.isOpen() ? connection : null;
    }

    /**
     * A fresh channel.
     *
     * @throws IOException also where the broker allows no more of them, for which the client returns null
     */
    public static Channel channel(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no more channels on this connection");
        }
        return channel;
    }

    /** For people: what the connection is doing, or why it is not there. */
    public String state() {
        return state;
    }

    /** For people: why it is not there, or null where it is, and before the first try has failed. */
    public @Nullable String trouble() {
        return troubled ? state : null;
    }

    /** The broker's version, as it says itself; empty without a connection. */
    public String serverVersion() {
        Connection connection = current();
        return connection == null
                ? ""
                : String.valueOf(connection.getServerProperties().get("version"));
    }

    /** How often it was set up again after it had been lost. */
    public int reconnects() {
        return Math.max(0, opened.get() - 1);
    }

    /** What the last look found missing while the connection was open, for people; null where nothing is. */
    public @Nullable String missing() {
        return missing;
    }

    private void supervise() {
        int failures = 0;
        while (!isClosing()) {
            try {
                Connection connection = nodes.connect(name, factories, this::configure);
                // Also where the connection opened only after the close: it must not outlive it.
                try (var _ = closing.onStop(() -> end(connection))) {
                    use(connection);
                }
                failures = 0;
            } catch (IOException | RuntimeException e) {
                state = e.getMessage() == null ? ReplyCode.reason(e) : e.getMessage();
            }
            if (!isClosing()) {
                troubled = true;
                Duration wait = BACKOFF.after(++failures, ThreadLocalRandom.current());
                log.debug("{}: {}; trying again in {} ms", name, state, wait.toMillis());
                boolean closingNow = closing.await(wait);
                log.trace("closing {}", closingNow);
            }
        }
    }

    /** Lets the user set itself up, then looks now and then until the connection is lost. */
    private void use(Connection connection) throws IOException {
        try {
            current = connection;
            user.opened(connection);
            ready = true;
            opened.incrementAndGet();
            troubled = false;
            state = "connected to " + connection.getAddress().getHostAddress() + ":" + connection.getPort();
            log.debug("{}: {}", name, state);
            checkUntilLost(connection);
            state = "connection lost: " + ReplyCode.reason(connection.getCloseReason());
        } finally {
            ready = false;
            missing = null;
            end(connection);
        }
    }

    private void configure(ConnectionFactory factory) {
        factory.setSharedExecutor(callbacks);
        factory.setExceptionHandler(new BriefExceptions());
        factory.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        factory.setHandshakeTimeout(CONNECT_TIMEOUT_MS);
        factory.setChannelRpcTimeout(RPC_TIMEOUT_MS);
        factory.setMaxInboundMessageBodySize(MAX_INBOUND_BYTES);
        if (beat.isPositive()) {
            GatheringSockets gathering = GatheringSockets.below(factory.getSocketFactory(), name + " beat", beat);
            sockets = gathering;
            factory.setSocketFactory(gathering);
        }
        factory.setSocketConfigurator(factory.getSocketConfigurator().andThen(opened -> socket = opened));
    }

    /** Has what was written leave now rather than with the beat. */
    public void hurry() {
        GatheringSockets gathering = sockets;
        if (gathering != null) {
            try {
                gathering.hurry();
            } catch (IOException e) {
                log.debug("{}: broken, as the next write will find", name);
            }
        }
    }

    /**
     * Closes the connection in an orderly way, or by force where that takes too long: a broker that blocks publishers reads
     * nothing, and a write that waits for it keeps the client from writing that it closes.
     */
    private void end(Connection connection) {
        Thread orderly = Thread.startVirtualThread(() -> connection.abort(CLOSE_TIMEOUT_MS));
        try {
            if (orderly.join(Duration.ofMillis(CLOSE_TIMEOUT_MS))) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Socket open = socket;
        if (open != null) {
            log.warn("{}: the broker does not read: the connection is cut", name);
            cut(open);
        }
    }

    private static void cut(Socket open) {
        try {
            // Nothing is waited for, TLS's goodbye neither.
            open.setSoLinger(true, 0);
        } catch (SocketException e) {
            // It is closed already.
        }
        try {
            open.close();
        } catch (IOException e) {
            log.debug("closing a socket: {}", e.getMessage());
        }
    }

    private void checkUntilLost(Connection connection) {
        CountDownLatch lost = new CountDownLatch(1);
        connection.addShutdownListener(_ -> lost.countDown());
        try {
            while (!lost.await(checkEvery.toMillis(), TimeUnit.MILLISECONDS) && connection.isOpen()) {
                missing = check.missing(connection);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosing() {
        return closing.isStopped() || Thread.currentThread().isInterrupted();
    }

    /**
     * Closes the connection and stops opening it again, one that is just being opened included. What is unacknowledged
     * goes back to its queue.
     */
    @Override
    public void close() {
        closing.stop();
    }
}
