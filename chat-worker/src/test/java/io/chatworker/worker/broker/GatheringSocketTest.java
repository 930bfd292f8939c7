package io.chatworker.worker.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real sockets. */
@Timeout(30)
class GatheringSocketTest {

    private ServerSocket server;
    private final GatheringSockets sockets = new GatheringSockets("beat of a test", Duration.ofMillis(5), null);

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void bytesGoBothWaysInOrder() throws Exception {
        try (Socket near = connect();
                Socket far = server.accept()) {
            for (int i = 0; i < 100; i++) {
                near.getOutputStream().write(i);
                near.getOutputStream().flush();
            }

            byte[] arrived = far.getInputStream().readNBytes(100);
            far.getOutputStream().write(arrived);

            assertThat(near.getInputStream().readNBytes(100)).isEqualTo(arrived).startsWith(0, 1, 2);
        }
    }

    @Test
    void aCloseSendsWhatIsGathered() throws Exception {
        try (Socket far = closedAfterWriting("first", "last")) {
            assertThat(new String(far.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("firstlast");
        }
    }

    private Socket closedAfterWriting(String... texts) throws IOException {
        try (Socket near = connect()) {
            for (String text : texts) {
                near.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                near.getOutputStream().flush();
            }
        }
        return server.accept();
    }

    @Test
    void theThreadOfTheBeatEndsWithItsSocket() throws Exception {
        Socket near = connect();
        Thread beat = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("beat of a test"))
                .findFirst()
                .orElseThrow();

        near.close();

        assertThat(beat.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void aCloseEndsAWriteThatTheOtherSideDoesNotTake() throws Exception {
        Socket near = connect();
        try (Socket far = server.accept()) {
            assertThat(far.isConnected()).isTrue();
            CompletableFuture<IOException> ended = new CompletableFuture<>();
            CompletableFuture<Void> written = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                byte[] block = new byte[100_000];
                try {
                    while (true) {
                        near.getOutputStream().write(block);
                        written.complete(null);
                    }
                } catch (IOException e) {
                    ended.complete(e);
                }
            });
            written.get(10, TimeUnit.SECONDS);

            near.close();

            assertThat(ended.get(10, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void aSocketThatConnectsToNobodySaysSo() throws Exception {
        int port = server.getLocalPort();
        server.close();

        assertThatThrownBy(() -> sockets.createSocket()
                        .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aReadWaitsForTheBeatUnlessTheLastOneFilledItsBuffer() throws Exception {
        Duration beat = Duration.ofMillis(500);
        PacedInput input = new PacedInput(new ByteArrayInputStream(new byte[100]), beat);

        assertThat(input.read(new byte[10], 0, 10)).isEqualTo(10);
        long filled = System.nanoTime();
        assertThat(input.read(new byte[200], 0, 200)).isEqualTo(90);
        long drained = System.nanoTime();
        assertThat(input.read(new byte[200], 0, 200)).isEqualTo(-1);

        assertThat(Duration.ofNanos(drained - filled)).isLessThan(beat);
        assertThat(Duration.ofNanos(System.nanoTime() - drained)).isGreaterThan(beat.minusMillis(1));
    }

    private Socket connect() throws IOException {
        Socket socket = sockets.createSocket();
        socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 10_000);
        return socket;
    }
}
