package io.chatworker.worker.broker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads at most once a beat, so that what the broker says one by one, such as confirms, is taken up together. After a
 * silence a read waits for nothing but the bytes. For one reading thread.
 */
final class PacedInput extends FilterInputStream {

    private final long beat;
    private long lastRead;
    /** The last read filled its buffer, so there is more at hand. */
    private boolean full;

    PacedInput(InputStream socket, Duration beat) {
        super(socket);
        this.beat = beat.toNanos();
        this.lastRead = System.nanoTime() - this.beat;
    }

    @Override
    public int read() throws IOException {
        awaitBeat();
        int b = super.read();
        lastRead = System.nanoTime();
        full = false;
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        awaitBeat();
        int read = super.read(bytes, offset, count);
        lastRead = System.nanoTime();
        full = read == count;
        return read;
    }

    private void awaitBeat() {
        long left = full ? 0 : lastRead + beat - System.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = lastRead + beat - System.nanoTime();
        }
    }
}
