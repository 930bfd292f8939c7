package io.chatworker.worker.broker;

import io.chatworker.client.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS on top of another socket, from the moment it connects. The JDK layers TLS only on a socket that is connected, and
 * the AMQP client wants one that is not. The host's name is checked against its certificate.
 */
final class LayeredSocket extends Socket {

    private final Socket below;
    private final SSLSocketFactory tls;
    private volatile @Nullable SSLSocket top;

    LayeredSocket(Socket below, SSLSocketFactory tls) {
        this.below = below;
        this.tls = tls;
    }

    @Override
    public void connect(SocketAddress address, int timeoutMs) throws IOException {
        below.connect(address, timeoutMs);
        InetSocketAddress host = (InetSocketAddress) address;
        SSLSocket layered = (SSLSocket) tls.createSocket(below, host.getHostString(), host.getPort(), true);
        top = layered;
        SSLParameters parameters = layered.getSSLParameters();
        if (!Tls.checksNameOf(host.getHostString())) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        layered.setSSLParameters(parameters);
        // The client sets the time-out of its own handshake only later.
        layered.setSoTimeout(timeoutMs);
        layered.startHandshake();
        layered.setSoTimeout(0);
    }

    private Socket current() {
        SSLSocket layered = top;
        return layered == null ? below : layered;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return current().getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return current().getOutputStream();
    }

    @Override
    public void close() throws IOException {
        current().close();
    }

    @Override
    public boolean isClosed() {
        return current().isClosed();
    }

    @Override
    public boolean isConnected() {
        return current().isConnected();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return below.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return below.getLocalAddress();
    }

    @Override
    public int getPort() {
        return below.getPort();
    }

    @Override
    public int getLocalPort() {
        return below.getLocalPort();
    }

    @Override
    public void setSoTimeout(int timeoutMs) throws SocketException {
        current().setSoTimeout(timeoutMs);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return current().getSoTimeout();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        below.setSoLinger(on, seconds);
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        below.setTcpNoDelay(on);
    }
}
