package io.chatworker.worker.observe;

import io.chatworker.worker.ollama.OllamaProbe;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks every few seconds whether Ollama is there, so that nobody who asks for our health waits for it. */
public final class OllamaHealth implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final OllamaProbe probe;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile OllamaProbe.Finding latest = new OllamaProbe.Finding(false, "not asked yet");

    public OllamaHealth(OllamaProbe probe) {
        this.probe = probe;
    }

    public void start() {
        Thread.ofVirtual().name("ollama health").start(this::ask);
    }

    /** What the last question brought. */
    public OllamaProbe.Finding latest() {
        return latest;
    }

    private void ask() {
        try {
            do {
                latest = probe.ask();
            } while (!closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
