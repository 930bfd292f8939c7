package io.chatworker.worker.ollama;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.QueueDispatcher;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;

/** A server whose probe is answered apart from the rest: at first with a version. */
final class VersionedServer implements AutoCloseable {

    static final MockResponse FOUND =
            new MockResponse.Builder().body("{\"version\":\"0.33.0\"}").build();

    private final MockWebServer server = new MockWebServer();
    private final Semaphore probes = new Semaphore(0);
    private final AtomicInteger count = new AtomicInteger();
    private volatile MockResponse version = FOUND;

    VersionedServer() throws IOException {
        server.setDispatcher(new QueueDispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                if (request.getUrl().encodedPath().endsWith("/api/version")) {
                    count.incrementAndGet();
                    probes.release();
                    return version;
                }
                return super.dispatch(request);
            }
        });
        server.start();
    }

    HttpUrl url() {
        return server.url("/");
    }

    MockWebServer server() {
        return server;
    }

    void enqueue(MockResponse response) {
        server.enqueue(response);
    }

    /** How the probe is answered from now on. */
    void versionIs(MockResponse response) {
        version = response;
    }

    void versionIs(int status, String body) {
        versionIs(new MockResponse.Builder().code(status).body(body).build());
    }

    int probes() {
        return count.get();
    }

    /** Waits until the probe has asked so often, counted from the start. */
    void awaitProbes(int number) {
        try {
            if (!probes.tryAcquire(number, 20, TimeUnit.SECONDS)) {
                throw new AssertionError("the probe asked " + count + " times, not " + number);
            }
            probes.release(number);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Requests that were no probes. */
    int asked() {
        return server.getRequestCount() - probes();
    }

    @Override
    public void close() {
        server.close();
    }
}
