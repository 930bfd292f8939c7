package io.chatworker.standin;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The connection of a client. Reads have a deadline, writes leave at once, and pauses end as soon as the client
 * disconnects, because they are reads. One thread uses it; any may close it.
 */
final class Wire implements Closeable {

    // Clients keep idle connections for up to five minutes. Closing one just as it is used again looks like a failure.
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration WHOLE_REQUEST = Duration.ofSeconds(30);

    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int limit;
    private long deadline;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Waits for the first byte of a request; false if the client closes the connection instead. */
    boolean awaitInput() throws IOException {
        deadline = System.nanoTime() + IDLE.toNanos();
        boolean there = position < limit || fill();
        deadline = System.nanoTime() + WHOLE_REQUEST.toNanos();
        return there;
    }

    String readLine(int most) throws IOException {
        var line = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) {
            if (line.length() >= most) {
                throw new RequestRefused(431, "431 header too large");
            }
            line.append((char) next);
        }
        int end = line.length() - 1;
        return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
    }

    void readInto(OutputStream target, int size) throws IOException {
        for (int left = size; left > 0; ) {
            require();
            int count = Math.min(left, limit - position);
            target.write(buffer, position, count);
            position += count;
            left -= count;
        }
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the output and reads what the client still sends; closing before that would destroy the answer. */
    void drain() throws IOException {
        socket.shutdownOutput();
        deadline = System.nanoTime() + DRAIN.toNanos();
        while (fill()) {
            position = limit;
        }
    }

    /** Whether this side has closed the connection. */
    boolean closed() {
        return socket.isClosed();
    }

    /**
     * Returns at this {@link System#nanoTime()}, not earlier.
     *
     * @throws EOFException at once when the client disconnects
     */
    void pauseUntil(long then) throws IOException {
        deadline = then;
        while (then - System.nanoTime() > 0) {
            pause(then);
        }
    }

    private void pause(long then) throws IOException {
        if (position < limit) {
            // The next request has already arrived, so reading says nothing about the client.
            LockSupport.parkNanos(then - System.nanoTime());
            return;
        }
        try {
            require();
        } catch (SocketTimeoutException e) {
            // The pause is over, and the client is still there.
        }
    }

    private int read() throws IOException {
        require();
        return buffer[position++] & 0xff;
    }

    private void require() throws IOException {
        if (position == limit && !fill()) {
            throw new EOFException("the client went away");
        }
    }

    private boolean fill() throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("deadline passed");
        }
        // Rounded up, since 0 would be forever.
        socket.setSoTimeout(Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(left) + 1));
        // Emptied first, so that a read that times out does not leave the last request to be read again.
        position = 0;
        limit = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
