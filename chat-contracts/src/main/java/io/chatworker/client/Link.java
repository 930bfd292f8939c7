package io.chatworker.client;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection that comes back by itself, and is used only once it has been set up: its queues declared and consumed.
 * What is wrong with a queue or a consumer is mended in the same way, by a new connection. Safe for any thread.
 */
final class Link implements AutoCloseable {

    /** Declares and consumes what the owner needs, on each new connection. */
    interface SetUp {
        void on(Connection connection) throws IOException;
    }

    private static final int CONNECT_MILLIS = 5_000;
    private static final int CLOSE_MILLIS = 2_000;
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final BrokerNodes nodes;
    private final String name;
    private final Duration patience;
    private final SetUp setUp;
    private final Consumer<String> problems;
    private final ScheduledExecutorService mending = Executors.newSingleThreadScheduledExecutor(named("chat-mending"));

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private @Nullable Connection connection;
    private @Nullable Throwable lastFailure;
    private boolean closed;

    private volatile @Nullable String blocked;

    /** {@code patience}: for each answer of the broker. */
    Link(BrokerNodes nodes, String name, Duration patience, SetUp setUp, Consumer<String> problems) {
        this.nodes = nodes;
        this.name = name;
        this.patience = patience;
        this.setUp = setUp;
        this.problems = problems;
    }

    /** Daemons: who forgets to close a client can still end. */
    static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Connects for the first time; fails at once where it cannot. */
    void open() throws IOException {
        try {
            use(connect());
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Connection connect() throws IOException {
        Connection fresh = nodes.connect(name, this::configure);
        try {
            fresh.addBlockedListener(reason -> blocked = reason, () -> blocked = null);
            setUp.on(fresh);
            return fresh;
        } catch (IOException | RuntimeException e) {
            fresh.abort(CLOSE_MILLIS);
            throw e;
        }
    }

    private void configure(ConnectionFactory factory) {
        factory.setConnectionTimeout(CONNECT_MILLIS);
        factory.setHandshakeTimeout(CONNECT_MILLIS);
        factory.setChannelRpcTimeout((int) patience.toMillis());
        factory.setThreadFactory(named("chat-broker"));
    }

    private void use(Connection fresh) {
        lock.lock();
        try {
            if (closed) {
                fresh.abort(CLOSE_MILLIS);
                return;
            }
            connection = fresh;
            blocked = null;
            lastFailure = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        // Calls at once where it is lost already.
        fresh.addShutdownListener(why -> lost(fresh, why));
    }

    private void lost(Connection old, ShutdownSignalException why) {
        Throwable reason;
        lock.lock();
        try {
            if (closed || !old.equals(connection)) {
                return;
            }
            connection = null;
            reason = lastFailure == null ? why : lastFailure;
            lastFailure = reason;
            mending.execute(() -> mend(FIRST_WAIT));
        } finally {
            lock.unlock();
        }
        problems.accept("The connection to the broker was lost (" + ReplyCode.reason(reason)
                + "). It is tried again until it is back.");
    }

    private void mend(Duration wait) {
        try {
            use(connect());
            problems.accept("The connection to the broker is back.");
        } catch (IOException | RuntimeException e) {
            tryAgain(wait, e);
        }
    }

    private void tryAgain(Duration wait, Exception why) {
        Duration twice = wait.multipliedBy(2);
        Duration next = twice.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : twice;
        long jittered = (long) (wait.toMillis() * (0.5 + Math.random() / 2));
        lock.lock();
        try {
            lastFailure = why;
            if (!closed) {
                ScheduledFuture<?> unused = mending.schedule(() -> mend(next), jittered, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins anew with another connection, since a queue or its consumer is gone. Returns before that is done. */
    void renew(Throwable why) {
        lock.lock();
        try {
            Connection old = connection;
            if (old != null && !closed) {
                lastFailure = why;
                // Not here: this may be one of its own threads.
                mending.execute(() -> old.abort(CLOSE_MILLIS));
            }
        } finally {
            lock.unlock();
        }
    }

    /** A channel of its own, to be aborted by the caller; waits for a connection until then (by the nano clock). */
    Channel channel(long untilNanos) throws IOException {
        Channel channel = connection(untilNanos).createChannel();
        if (channel == null) {
            throw new IOException("no channel is free on the connection");
        }
        return channel;
    }

    /** The connection, set up; waits for it until then (by the nano clock). */
    Connection connection(long untilNanos) {
        lock.lock();
        try {
            while (connection == null && !closed) {
                long left = untilNanos - System.nanoTime();
                if (left <= 0) {
                    throw noBroker(lastFailure);
                }
                changed.awaitNanos(left);
            }
            if (connection == null) {
                throw new ChatException.Closed("The client is closed.");
            }
            return connection;
        } catch (InterruptedException e) {
            throw new ChatException.Interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    static ChatException.NoBroker noBroker(@Nullable Throwable why) {
        return new ChatException.NoBroker(
                "There is no connection to the broker: " + ReplyCode.reason(why) + ".",
                why instanceof NotConnected
                        ? "Do what it says, then try again."
                        : "It is tried again all the time; start the broker, then try again.",
                why);
    }

    /** Whether a message would leave at once. */
    boolean isFree() {
        lock.lock();
        try {
            return connection != null && blocked == null;
        } finally {
            lock.unlock();
        }
    }

    /** Why the broker takes no messages now, such as a memory alarm; null while it does. */
    @Nullable
    String blocked() {
        return blocked;
    }

    @Override
    public void close() {
        Connection last;
        lock.lock();
        try {
            closed = true;
            last = connection;
            connection = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        mending.shutdownNow();
        if (last != null) {
            last.abort(CLOSE_MILLIS);
        }
    }
}
