package io.chatworker.worker.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A socket that writes and reads at most once a beat where its user does so more often; see the two streams. */
final class GatheringSocket extends Socket {

    private final String name;
    private final Duration beat;
    private volatile @Nullable GatheringOutput output;
    private volatile @Nullable PacedInput input;

    GatheringSocket(String name, Duration beat) {
        this.name = name;
        this.beat = beat;
    }

    @Override
    public void connect(SocketAddress address, int timeoutMs) throws IOException {
        super.connect(address, timeoutMs);
        GatheringOutput gathering = new GatheringOutput(super.getOutputStream(), beat, this);
        output = gathering;
        input = new PacedInput(super.getInputStream(), beat);
        gathering.start(name);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream gathering = output;
        return gathering == null ? super.getOutputStream() : gathering;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream paced = input;
        return paced == null ? super.getInputStream() : paced;
    }

    /** Writes what is gathered now. */
    void hurry() throws IOException {
        GatheringOutput gathering = output;
        if (gathering != null) {
            gathering.hurry();
        }
    }

    /** Writes what is gathered unless the other side takes nothing, then closes. */
    @Override
    public void close() throws IOException {
        GatheringOutput gathering = output;
        if (gathering != null) {
            gathering.finish();
        }
        try {
            super.close();
        } finally {
            if (gathering != null) {
                gathering.close();
            }
        }
    }
}
