package io.chatworker.worker.broker;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets what many threads write within one beat leave in one system call. After a silence of a beat or more a flush
 * writes at once, so sparse traffic has no delay; while flushes come closer than that, a thread of this stream's own
 * writes what they gathered, once a beat. It sleeps without a timer while nothing is gathered.
 *
 * <p>At most {@value #MOST_GATHERED} bytes wait: whoever writes more writes to the socket, and so waits for it. An error
 * of a gathered write closes the socket and surfaces at the next write or flush. Nothing the AMQP client promises
 * depends on a flush having reached the kernel; the broker's confirms decide. Safe for any thread.
 */
final class GatheringOutput extends OutputStream {

    static final int MOST_GATHERED = 64 * 1024;
    private static final Duration FINISH = Duration.ofMillis(100);

    private final OutputStream socket;
    private final Closeable broken;
    private final long beat;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock, which is held while bytes go to the socket: their order is that of the calls.
    private final byte[] gathered = new byte[MOST_GATHERED];
    private int length;
    private long lastLeft;
    private boolean due;
    private @Nullable IOException failure;
    private volatile boolean closing;

    /** {@code broken} is closed when a gathered write fails, so that the connection's reader notices. */
    GatheringOutput(OutputStream socket, Duration beat, Closeable broken) {
        this.socket = socket;
        this.broken = broken;
        this.beat = beat.toNanos();
        this.lastLeft = System.nanoTime() - this.beat;
    }

    /** Starts the thread that writes once a beat; it ends with {@link #close()}. */
    void start(String name) {
        Thread.ofPlatform().daemon().name(name).start(this::keepTheBeat);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        lock.lock();
        try {
            check();
            if (length + count > MOST_GATHERED) {
                leave();
            }
            if (count > MOST_GATHERED) {
                pass(bytes, offset, count);
            } else {
                System.arraycopy(bytes, offset, gathered, length, count);
                length += count;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            check();
            if (length == 0) {
                return;
            }
            if (System.nanoTime() - lastLeft >= beat) {
                leave();
            } else if (!due) {
                due = true;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is gathered now. */
    void hurry() throws IOException {
        lock.lock();
        try {
            check();
            leave();
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock held. */
    private void leave() throws IOException {
        int count = length;
        length = 0;
        if (count > 0) {
            pass(gathered, 0, count);
        }
    }

    private void pass(byte[] bytes, int offset, int count) throws IOException {
        try {
            socket.write(bytes, offset, count);
            lastLeft = System.nanoTime();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        if (closing) {
            throw new IOException("the socket is closed");
        }
    }

    private void keepTheBeat() {
        lock.lock();
        try {
            while (!closing) {
                while (!due && !closing) {
                    // Nothing is gathered; a flush or the close signals.
                    changed.awaitUninterruptibly();
                }
                long left = lastLeft + beat - System.nanoTime();
                if (left > 0 && !closing) {
                    var _ = changed.awaitNanos(left);
                    continue;
                }
                // One beat more is waited through in any case, so that steady traffic needs no signal.
                due = length > 0;
                leave();
            }
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException e) {
            fail(new IOException("interrupted", e));
        } finally {
            lock.unlock();
        }
    }

    private void fail(IOException e) {
        failure = e;
        if (!closing) {
            try {
                broken.close();
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
        }
    }

    /** Writes what is gathered, unless the socket takes nothing for a moment: then only closing it helps. */
    void finish() {
        closing = true;
        if (lock.isHeldByCurrentThread()) {
            return;
        }
        Thread last = Thread.ofPlatform().daemon().start(this::leaveLast);
        try {
            var _ = last.join(FINISH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leaveLast() {
        lock.lock();
        try {
            if (failure == null) {
                leave();
            }
        } catch (IOException e) {
            // Kept, for a write that comes too late.
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; to be called when the socket is closed, so that no write can hold the lock for long. */
    @Override
    public void close() {
        closing = true;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
