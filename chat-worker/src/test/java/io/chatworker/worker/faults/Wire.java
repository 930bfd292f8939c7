package io.chatworker.worker.faults;

import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A TCP way to a server that can be cut, held up, slowed down and made to swallow. Any thread may do it. */
final class Wire implements AutoCloseable {

    /** Part of the names by which the worker's connections introduce themselves; "" is every connection. */
    static final String CONSUMING = " consume";

    static final String PUBLISHING = " publish";
    static final String ALL = "";

    private static final byte[] BASIC_ACK = {0, 60, 0, 80};
    private static final Passage END = new Passage(ByteBuffer.allocate(0), 0);
    private static final int BUFFER = 16 * 1024;
    private static final int READ_AHEAD = 64;

    private enum Traffic {
        PASSES,
        /** What is sent waits, as in the buffers of the systems between. */
        IS_HELD,
        /** All is read and thrown away. */
        IS_SWALLOWED
    }

    /** Bytes on their way, and when they were sent. */
    private record Passage(ByteBuffer bytes, long sentNanos) {}

    private final URI target;
    private final int port;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger heldAcks = new AtomicInteger();
    private final AtomicInteger cutsInside = new AtomicInteger();

    // Written under lock.
    private volatile Traffic traffic = Traffic.PASSES;
    private volatile String whose = ALL;
    private volatile long delayNanos;
    private volatile long bytesPerSecond = Long.MAX_VALUE;

    private volatile ServerSocket door;

    /** A way to the host and port of this, open. */
    Wire(URI target) {
        this.target = target;
        this.door = listen(0);
        this.port = door.getLocalPort();
    }

    int port() {
        return port;
    }

    /** Resets every connection and takes no new one, as where a process was killed. */
    void shut() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    /** Takes connections again. */
    void open() {
        door = listen(port);
    }

    /** Resets every connection. */
    void cut() {
        links.forEach(Link::reset);
    }

    /** Lets through half of the next message to the server on so many connections, each of which is then reset. */
    void cutInside(int times) {
        cutsInside.set(times);
    }

    /** Waits until that has happened. */
    void awaitCutsInside() {
        Waits.until(() -> cutsInside + " more connections cut inside a message", () -> cutsInside.get() <= 0);
    }

    /** Nothing comes through any more on the connections of this name, and they stay open. */
    void hold(String name) {
        heldAcks.set(0);
        set(Traffic.IS_HELD, name);
    }

    /** What comes on the connections of this name is thrown away, and they stay open. */
    void swallow(String name) {
        set(Traffic.IS_SWALLOWED, name);
    }

    /** What is sent arrives so much later, and on each connection no faster than this. */
    void slow(Duration delay, long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        delayNanos = delay.toNanos();
    }

    /** All comes through again, at once. A connection of which something was thrown away is reset, as no network repairs it. */
    void pass() {
        if (traffic == Traffic.IS_SWALLOWED) {
            cut();
        }
        delayNanos = 0;
        bytesPerSecond = Long.MAX_VALUE;
        set(Traffic.PASSES, ALL);
    }

    /** Waits until so many acknowledgements were sent to the server and did not come through. */
    void awaitHeldAcks(int count) {
        Waits.until(() -> "acknowledgements on their way: " + heldAcks + " of " + count, () -> heldAcks.get() >= count);
    }

    private void set(Traffic wanted, String name) {
        lock.lock();
        try {
            traffic = wanted;
            whose = name;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private ServerSocket listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            Thread.ofVirtual().name("wire").start(() -> accept(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("resource") // The link closes them.
    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                try {
                    new Link(client, new Socket(target.getHost(), target.getPort())).start();
                } catch (IOException e) {
                    reset(client);
                }
            } catch (IOException e) {
                // Shut.
            }
        }
    }

    @Override
    public void close() {
        shut();
        pass();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    /** One connection: for each direction a thread that reads and one that passes on. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile String introduction = "";

        Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void start() {
            links.add(this);
            start(client, server, true);
            start(server, client, false);
        }

        private void start(Socket from, Socket to, boolean upstream) {
            BlockingQueue<Passage> between = new ArrayBlockingQueue<>(READ_AHEAD);
            Thread.ofVirtual().start(() -> read(from, between, upstream));
            Thread.ofVirtual().start(() -> write(between, to, upstream));
        }

        private void read(Socket from, BlockingQueue<Passage> between, boolean upstream) {
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream in = from.getInputStream();
                for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                    if (upstream) {
                        listen(buffer, read);
                    }
                    between.put(new Passage(ByteBuffer.wrap(Arrays.copyOf(buffer, read)), System.nanoTime()));
                }
                between.put(END);
            } catch (IOException | InterruptedException e) {
                reset();
            }
        }

        private void write(BlockingQueue<Passage> between, Socket to, boolean upstream) {
            try {
                OutputStream out = to.getOutputStream();
                for (Passage next = between.take(); next.bytes().hasRemaining(); next = between.take()) {
                    byte[] bytes = next.bytes().array();
                    if (upstream && isToBeCutInside(bytes)) {
                        out.write(bytes, 0, bytes.length / 2);
                        break;
                    }
                    travel(next);
                    if (mayPass()) {
                        out.write(bytes);
                    }
                }
                awaitPass();
            } catch (IOException | InterruptedException e) {
                // One end is gone, and so is the other.
            } finally {
                reset();
            }
        }

        /** The client's name stands in the first thing it says after the protocol's header. */
        private void listen(byte[] buffer, int read) {
            if (introduction.length() < BUFFER / 4) {
                introduction = introduction.concat(text(buffer, read));
            }
            if (traffic != Traffic.PASSES && introduction.contains(whose)) {
                heldAcks.addAndGet(acks(buffer, read));
            }
        }

        /** A message of the worker's has a body that begins so. */
        private boolean isToBeCutInside(byte[] message) {
            return introduction.contains(PUBLISHING)
                    && text(message, message.length).contains("{\"request_id\"")
                    && cutsInside.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        }

        /** For as long as the way takes, and as the bytes take to go into it. */
        private void travel(Passage next) throws InterruptedException {
            long start = System.nanoTime();
            lock.lock();
            try {
                for (long left = wayNanos(next, start); left > 0; left = wayNanos(next, start)) {
                    var _ = changed.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        }

        private long wayNanos(Passage next, long start) {
            long arrives = next.sentNanos() + delayNanos;
            long isInside = start + next.bytes().remaining() * 1_000_000_000L / bytesPerSecond;
            return Math.max(arrives, isInside) - System.nanoTime();
        }

        /** Waits while this is held; false where it is to be thrown away. */
        private boolean mayPass() throws IOException, InterruptedException {
            awaitPass();
            return traffic == Traffic.PASSES || !introduction.contains(whose);
        }

        private void awaitPass() throws IOException, InterruptedException {
            lock.lock();
            try {
                while (traffic == Traffic.IS_HELD && introduction.contains(whose)) {
                    var _ = changed.await(1, TimeUnit.SECONDS);
                    if (client.isClosed()) {
                        throw new IOException("reset while it was held");
                    }
                }
            } finally {
                lock.unlock();
            }
        }

        private void reset() {
            links.remove(this);
            Wire.reset(client);
            Wire.reset(server);
        }
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static int acks(byte[] buffer, int read) {
        int found = 0;
        for (int at = 0; at + BASIC_ACK.length <= read; at++) {
            if (Arrays.equals(buffer, at, at + BASIC_ACK.length, BASIC_ACK, 0, BASIC_ACK.length)) {
                found++;
            }
        }
        return found;
    }
}
