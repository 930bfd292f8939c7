package io.chatworker.worker.observe;

import io.chatworker.worker.ollama.OllamaProbe;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;

/** Asks every few seconds whether Ollama is there, so that nobody who asks for the worker's health waits for it. */
public final class OllamaHealth implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final OllamaProbe probe;
    private final StopSignal closing = new StopSignal();
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
        do {
            latest = probe.ask();
        } while (!closing.await(INTERVAL));
    }

    @Override
    public void close() {
        closing.stop();
    }
}
