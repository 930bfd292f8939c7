package io.chatworker.worker.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;

/**
 * An Ollama behind a balancer that forgets: each connection is answered once, and stays open without anybody reading
 * from it again, or telling so.
 */
final class ForgetfulOllama implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final String answer;

    ForgetfulOllama(String answer) throws IOException {
        this.answer = answer;
        Thread.startVirtualThread(this::serve);
    }

    HttpUrl url() {
        return new HttpUrl.Builder()
                .scheme("http")
                .host("127.0.0.1")
                .port(server.getLocalPort())
                .build();
    }

    int connections() {
        return sockets.size();
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                if (socket.getInputStream().read() >= 0) {
                    byte[] body = answer.getBytes(UTF_8);
                    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
                    socket.getOutputStream().write((head + answer).getBytes(UTF_8));
                    socket.getOutputStream().flush();
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
