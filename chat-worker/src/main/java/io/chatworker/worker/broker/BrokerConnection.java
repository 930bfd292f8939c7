package io.chatworker.worker.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.settings.Backoff;
import io.chatworker.worker.settings.Tls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private static final Logger log = LoggerFactory.getLogger(BrokerConnection.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int RPC_TIMEOUT_MS = 30_000;
    private static final int CLOSE_TIMEOUT_MS = 5_000;
    /** What RabbitMQ 3.10 lets through at most; less would close the connection instead of refusing the request. */
    private static final int MAX_INBOUND_BYTES = 134_217_728;

    private final String name;
    private final List<BrokerNode> nodes;
    private final @Nullable Tls tls;
    private final User user;
    private final ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);

    private volatile @Nullable Connection current;
    private volatile String state = "not connected yet";
    private volatile boolean ready;

    /** Opens nothing before {@link #start()}. The name is shown in the broker's management pages. */
    public BrokerConnection(String name, BrokerSettings settings, User user) {
        this.name = name;
        this.nodes = settings.nodes();
        this.tls = settings.tls();
        this.user = user;
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
     * @throws IOException also where the broker allows no more of them, which the client tells by null
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

    private void supervise() {
        int failures = 0;
        while (!isClosing()) {
            try {
                Connection connection = connect();
                current = connection;
                user.opened(connection);
                ready = true;
                state = "connected to " + connection.getAddress().getHostAddress() + ":" + connection.getPort();
                log.info("{}: {}", name, state);
                failures = 0;
                awaitLoss(connection);
                ready = false;
                state = "connection lost: " + reason(connection.getCloseReason());
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                state = told(e);
                abort();
            }
            ready = false;
            if (!isClosing()) {
                Duration wait = BACKOFF.after(++failures, ThreadLocalRandom.current());
                log.warn("{}: {}; trying again in {} ms", name, state, wait.toMillis());
                awaitClosing(wait);
            }
        }
    }

    /** To the first node that takes it; says of each other one why not. */
    private Connection connect() throws IOException, GeneralSecurityException {
        List<String> failures = new ArrayList<>();
        for (BrokerNode node : nodes) {
            try {
                return factory(node).newConnection(callbacks, name);
            } catch (IOException | TimeoutException | ShutdownSignalException e) {
                failures.add(ConnectFailure.told(node, e));
            }
        }
        throw new IOException(String.join("; ", failures));
    }

    private ConnectionFactory factory(BrokerNode node) throws GeneralSecurityException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(node.host());
        factory.setPort(node.port());
        factory.setUsername(node.user());
        factory.setPassword(node.password());
        factory.setVirtualHost(node.vhost());
        factory.setRequestedHeartbeat(node.heartbeat());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        factory.setHandshakeTimeout(CONNECT_TIMEOUT_MS);
        factory.setChannelRpcTimeout(RPC_TIMEOUT_MS);
        factory.setMaxInboundMessageBodySize(MAX_INBOUND_BYTES);
        if (node.tls()) {
            if (tls == null) {
                // With what the JVM trusts.
                factory.useSslProtocol();
            } else {
                factory.useSslProtocol(tls.context());
            }
            factory.enableHostnameVerification();
        }
        return factory;
    }

    private void awaitLoss(Connection connection) {
        CountDownLatch lost = new CountDownLatch(1);
        connection.addShutdownListener(_ -> lost.countDown());
        boolean interrupted = false;
        while (connection.isOpen() && !interrupted) {
            try {
                // The listener tells the loss; the bound is only there so that no wait is without one.
                if (lost.await(1, TimeUnit.MINUTES)) {
                    return;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private void awaitClosing(Duration wait) {
        try {
            boolean closingNow = closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
            log.trace("closing {}", closingNow);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0 || Thread.currentThread().isInterrupted();
    }

    private void abort() {
        Connection connection = current;
        if (connection != null) {
            connection.abort(CLOSE_TIMEOUT_MS);
        }
    }

    private static String told(Exception e) {
        return e instanceof IOException && e.getCause() == null ? reason(e) : String.valueOf(e.getMessage());
    }

    /** The broker's own words where it gave any, without the client's frame around them. */
    static String reason(@Nullable Throwable e) {
        if (e instanceof ShutdownSignalException signal) {
            return switch (signal.getReason()) {
                case com.rabbitmq.client.AMQP.Connection.Close close ->
                    close.getReplyCode() + " " + close.getReplyText();
                case com.rabbitmq.client.AMQP.Channel.Close close -> close.getReplyCode() + " " + close.getReplyText();
                case null, default -> signal.getCause() == null ? "closed" : reason(signal.getCause());
            };
        }
        if (e != null && e.getMessage() == null && e.getCause() != null) {
            return reason(e.getCause());
        }
        return e == null ? "unknown" : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Closes the connection and stops opening it again. What is unacknowledged goes back to its queue. */
    @Override
    public void close() {
        closing.countDown();
        abort();
        callbacks.shutdown();
    }
}
