package io.chatworker.worker.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import okhttp3.HttpUrl;

/**
 * An Ollama of one connection that says what it is told to, byte for byte, then nothing more, and notices when the
 * other side hangs up.
 */
final class RawOllama implements AutoCloseable {

    static final String STREAM = """
            HTTP/1.1 200 OK\r
            Transfer-Encoding: chunked\r
            \r
            """;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
    private final String[] parts;

    /** Each part is written by itself; an empty one closes the connection. */
    RawOllama(String... parts) throws IOException {
        this.parts = parts;
        Thread.startVirtualThread(this::serve);
    }

    HttpUrl url() {
        return new HttpUrl.Builder()
                .scheme("http")
                .host("127.0.0.1")
                .port(server.getLocalPort())
                .build();
    }

    static String chunk(String text) {
        return Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n";
    }

    /** Counted down when a request has arrived. */
    CountDownLatch asked() {
        return asked;
    }

    /** Done when the client has closed the connection. */
    CompletableFuture<Boolean> hungUp() {
        return hungUp;
    }

    private void serve() {
        try (Socket socket = server.accept()) {
            InputStream in = socket.getInputStream();
            if (in.read() < 0) {
                return;
            }
            asked.countDown();
            OutputStream out = socket.getOutputStream();
            for (String part : parts) {
                if (part.isEmpty()) {
                    return;
                }
                out.write(part.getBytes(UTF_8));
                out.flush();
            }
            in.transferTo(OutputStream.nullOutputStream());
            hungUp.complete(true);
        } catch (IOException e) {
            hungUp.complete(true);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
