package io.chatworker.worker.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.settings.Env;
import io.chatworker.worker.testing.TestBroker;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BrokerConnectionTest {

    @Test
    void aConnectionThatOpensWhileClosingDoesNotStayOpen() throws Exception {
        try (Door door = new Door(TestBroker.shared().uri())) {
            CompletableFuture<Boolean> used = new CompletableFuture<>();
            BrokerConnection connection =
                    new BrokerConnection("late", settings(door.uri()), open -> used.complete(open.isOpen()));
            connection.start();
            door.knocked.await();

            connection.close();
            door.open.countDown();

            assertThat(door.left.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(connection.current()).isNull();
            assertThat(connection.isReady()).isFalse();
            assertThat(used.getNow(false)).isFalse();
        }
    }

    @Test
    void aCloseEndsTheWaitForTheNextTry() throws Exception {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String uri = "amqp://guest:guest@127.0.0.1:" + nobody.getLocalPort();
            BrokerConnection connection = new BrokerConnection("early", settings(uri), _ -> {});
            connection.start();
            nobody.accept().close();

            connection.close();

            // Another try after the shortest wait would be seen here.
            nobody.setSoTimeout(2_000);
            assertThat(CompletableFuture.supplyAsync(() -> knocks(nobody)).get(10, TimeUnit.SECONDS))
                    .isFalse();
        }
    }

    private static boolean knocks(ServerSocket nobody) {
        try (Socket socket = nobody.accept()) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static BrokerSettings settings(String uri) {
        Env env = new Env(Map.of("RABBITMQ_URI", uri));
        BrokerSettings settings = BrokerSettings.from(env);
        env.check();
        return settings;
    }

    /** A way to the broker that is shut until the test opens it. */
    private static final class Door implements AutoCloseable {

        final CountDownLatch knocked = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        /** Completed once the client that came in has gone again. */
        final CompletableFuture<Boolean> left = new CompletableFuture<>();

        private final URI broker;
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Door(String broker) throws IOException {
            this.broker = URI.create(broker);
            Thread.ofVirtual().start(this::accept);
        }

        String uri() {
            return "amqp://" + broker.getRawUserInfo() + "@127.0.0.1:" + door.getLocalPort();
        }

        private void accept() {
            try (Socket client = door.accept()) {
                knocked.countDown();
                if (!open.await(30, TimeUnit.SECONDS)) {
                    return;
                }
                try (Socket server = new Socket(broker.getHost(), broker.getPort())) {
                    Thread.ofVirtual().start(() -> pass(server, client));
                    pass(client, server);
                    left.complete(true);
                }
            } catch (IOException | InterruptedException e) {
                left.completeExceptionally(e);
            }
        }

        private static void pass(Socket from, Socket to) {
            try {
                InputStream in = from.getInputStream();
                in.transferTo(to.getOutputStream());
            } catch (IOException e) {
                // One end is gone, and so is the other.
            }
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }
}
