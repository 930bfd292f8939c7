package io.chatworker.worker.testing;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that tell whether their client is still there, which the mock server does not, and which socket the request
 * came on that this thread is about to answer: the server reads and answers a connection's requests on one thread.
 */
final class WatchedSockets extends ServerSocketFactory {

    private static final ThreadLocal<Watched> CURRENT = new ThreadLocal<>();
    private final Queue<Watched> all = new ConcurrentLinkedQueue<>();

    /** The socket that this thread read from last. */
    Watched current() {
        return CURRENT.get();
    }

    void closeAll() {
        for (Watched socket : all) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is closed all the same.
            }
        }
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new Server();
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return bound(new InetSocketAddress(port), 50);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return bound(new InetSocketAddress(port), backlog);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
        return bound(new InetSocketAddress(address, port), backlog);
    }

    private ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
        Server server = new Server();
        server.bind(address, backlog);
        return server;
    }

    private final class Server extends ServerSocket {

        Server() throws IOException {
            setReuseAddress(true);
        }

        @Override
        public Socket accept() throws IOException {
            Watched socket = new Watched();
            implAccept(socket);
            all.add(socket);
            return socket;
        }
    }

    /** One accepted connection. */
    final class Watched extends Socket {

        private @Nullable InputStream in;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (in == null) {
                in = new Reading(super.getInputStream());
            }
            return in;
        }

        /** Looks whether it was closed; only for the thread that answers, while the client is to say nothing. */
        boolean isLeftByClient() {
            try {
                setSoTimeout(1);
                int read = super.getInputStream().read();
                setSoTimeout(0);
                if (read >= 0) {
                    throw new IllegalStateException("a client that talks before it is answered");
                }
                return true;
            } catch (SocketTimeoutException e) {
                return restored();
            } catch (IOException e) {
                return true;
            }
        }

        private boolean restored() {
            try {
                setSoTimeout(0);
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        private final class Reading extends FilterInputStream {

            Reading(InputStream in) {
                super(in);
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                int count = super.read(bytes, from, length);
                CURRENT.set(Watched.this);
                return count;
            }
        }
    }
}
