package io.chatworker.worker.ollama;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets over which the kernels talk while Ollama thinks. Minutes of silence before the first token are normal: TCP's
 * keep-alive holds the way open through balancers that forget idle connections, and ends the wait for a host that is
 * gone after about a minute.
 */
final class KeptAliveSockets extends SocketFactory {

    private static final int IDLE_SECONDS = 15;
    private static final int INTERVAL_SECONDS = 15;
    private static final int PROBES = 4;

    @Override
    public Socket createSocket() throws IOException {
        // Unlike new Socket(), one of a channel blocks again after a read with a time-out: a line is one system call.
        Socket socket = SocketChannel.open().socket();
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
        set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
        set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        return socket;
    }

    /** Not every system lets an application choose the intervals. */
    private static void set(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("OkHttp connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("OkHttp connects by itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException("OkHttp connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException("OkHttp connects by itself");
    }
}
