package io.chatworker.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WireTest {

    private Socket client;
    private Wire wire;

    @BeforeEach
    void connect() throws IOException {
        var loopback = InetAddress.ofLiteral("127.0.0.1");
        try (var listener = new ServerSocket(0, 1, loopback)) {
            client = new Socket(loopback, listener.getLocalPort());
            wire = new Wire(listener.accept());
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        wire.close();
    }

    @Test
    void aPauseEndsAtOnceWhenTheClientGoesAway() throws IOException {
        send("first\r\n");
        assertThat(wire.awaitInput()).isTrue();
        assertThat(wire.readLine(10)).isEqualTo("first");
        wire.pauseUntil(inMillis(1));

        client.close();

        assertThatThrownBy(() -> wire.pauseUntil(inMillis(600_000))).isInstanceOf(EOFException.class);
    }

    @Test
    void aPauseLeavesWhatTheClientSendsMeanwhile() throws IOException {
        send("first\nsecond\n");
        assertThat(wire.awaitInput()).isTrue();
        assertThat(wire.readLine(10)).isEqualTo("first");

        long then = inMillis(20);
        wire.pauseUntil(then);

        assertThat(System.nanoTime() - then).isNotNegative();
        assertThat(wire.readLine(10)).isEqualTo("second");
    }

    @Test
    void theEndBetweenRequestsIsNoError() throws IOException {
        client.close();

        assertThat(wire.awaitInput()).isFalse();
    }

    @Test
    void theEndWithinALineIsOne() throws IOException {
        send("fir");
        assertThat(wire.awaitInput()).isTrue();
        client.close();

        assertThatThrownBy(() -> wire.readLine(10)).isInstanceOf(EOFException.class);
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static long inMillis(long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
