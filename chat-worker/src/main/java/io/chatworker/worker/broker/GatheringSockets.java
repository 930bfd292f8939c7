package io.chatworker.worker.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes the sockets of a connection that gathers its writes; below TLS where there is TLS. */
final class GatheringSockets extends SocketFactory {

    private final String name;
    private final Duration beat;
    private final @Nullable SSLSocketFactory tls;
    private volatile @Nullable GatheringSocket latest;

    /** {@code above}: what the client would use; where that makes TLS sockets, they come to sit on gathering ones. */
    static GatheringSockets below(@Nullable SocketFactory above, String name, Duration beat) {
        return new GatheringSockets(name, beat, above instanceof SSLSocketFactory tls ? tls : null);
    }

    GatheringSockets(String name, Duration beat, @Nullable SSLSocketFactory tls) {
        this.name = name;
        this.beat = beat;
        this.tls = tls;
    }

    @Override
    public Socket createSocket() {
        GatheringSocket socket = new GatheringSocket(name, beat);
        latest = socket;
        return tls == null ? socket : new LayeredSocket(socket, tls);
    }

    /** Has what the latest socket gathered leave now. */
    void hurry() throws IOException {
        GatheringSocket socket = latest;
        if (socket != null) {
            socket.hurry();
        }
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("the AMQP client connects by itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("the AMQP client connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("the AMQP client connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException("the AMQP client connects by itself");
    }
}
