package io.chatworker.worker.ollama;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/**
 * Looks up Ollama's host on a thread of its own and within a limit. The system's lookup takes as long as it likes, knows
 * no interrupt, and holds the carrier of a virtual thread that asks, and with it every other answer. Whoever asks while
 * one is under way waits for that one. Safe for any thread.
 */
final class HostLookup implements Dns {

    private final Dns system;
    private final Duration limit;

    // Guarded by this.
    private @Nullable Future<List<InetAddress>> underWay;

    HostLookup(Dns system, Duration limit) {
        this.system = system;
        this.limit = limit;
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        Future<List<InetAddress>> found = begin(host);
        try {
            return found.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unknown(host + " was not found within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw unknown(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown("interrupted while looking up " + host, e);
        }
    }

    /** A client has one host, so there is one lookup at a time. */
    private synchronized Future<List<InetAddress>> begin(String host) {
        Future<List<InetAddress>> last = underWay;
        if (last != null && !last.isDone()) {
            return last;
        }
        FutureTask<List<InetAddress>> found = new FutureTask<>(() -> system.lookup(host));
        underWay = found;
        Thread.ofPlatform().daemon().name("look up " + host).start(found);
        return found;
    }

    private static UnknownHostException unknown(String why, Exception cause) {
        UnknownHostException unknown = new UnknownHostException(why);
        unknown.initCause(cause);
        return unknown;
    }
}
