package io.chatworker.standin;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * An HTTP server that replaces Ollama and plays recorded exchanges; no model runs.
 *
 * <p>A model named like an exchange, such as {@code runner-killed}, plays that exchange; any other gives the
 * recorded answer that fits the question, or says in a sentence that there is none. It listens from {@link #start} until {@link #close}, which ends all connections
 * at once, as Ollama does. Any thread may call any method.
 */
public final class StandIn implements AutoCloseable {

    // The JDK's own server does not fit: it can neither close inside a chunked body nor notice during a pause that its
    // client is gone, and its limits are system properties.
    private static final int MAX_CONNECTIONS = 8192;
    private static final int BACKLOG = 1024;
    private static final long PAUSE_WITHOUT_DESCRIPTORS = 100_000_000;

    private final ServerSocket listener;
    private final String host;
    private final Thread acceptor;
    private final Endpoints endpoints;
    private final Player player;
    private final Aborts aborts = new Aborts();
    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private StandIn(StandInSettings settings, ServerSocket listener) {
        this.listener = listener;
        this.host = settings.host();
        this.endpoints = new Endpoints(settings);
        this.player = new Player(settings.pace());
        this.acceptor = Thread.ofVirtual().name("stand-in").unstarted(this::accept);
    }

    /**
     * Starts a stand-in, which listens when this returns.
     *
     * @throws IOException if it cannot listen there, for example because the port is taken
     */
    public static StandIn start(StandInSettings settings) throws IOException {
        var listener = new ServerSocket();
        try {
            listener.bind(new InetSocketAddress(settings.host(), settings.port()), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        var standIn = new StandIn(settings, listener);
        standIn.acceptor.start();
        return standIn;
    }

    /** The port it listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Its URL without a path, for {@code OLLAMA_HOST}. */
    public String url() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    /** How many clients disconnected before the end of their answer; those that this server cut off do not count. */
    public long aborted() {
        return aborts.count();
    }

    /** Waits until this many clients have disconnected in the middle; false if they have not in that time. */
    public boolean awaitAborted(long count, Duration most) throws InterruptedException {
        return aborts.await(count, most);
    }

    void awaitClosed() throws InterruptedException {
        acceptor.join();
    }

    @Override
    public void close() {
        close(listener);
        open.forEach(StandIn::close);
    }

    private void accept() {
        while (!listener.isClosed()) {
            places.acquireUninterruptibly();
            try {
                serve(listener.accept());
            } catch (IOException e) {
                places.release();
                // Closed, or out of file descriptors, some of which become free as connections end.
                LockSupport.parkNanos(PAUSE_WITHOUT_DESCRIPTORS);
            }
        }
    }

    private void serve(Socket socket) {
        open.add(socket);
        Thread.ofVirtual().start(() -> {
            try (socket;
                    var wire = new Wire(socket)) {
                new Connection(wire, endpoints, player, aborts).serve();
            } catch (IOException e) {
                // The client disconnected before anything could be read.
            } finally {
                open.remove(socket);
                places.release();
            }
        });
        if (listener.isClosed()) {
            close(socket);
        }
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed in any case.
        }
    }
}
