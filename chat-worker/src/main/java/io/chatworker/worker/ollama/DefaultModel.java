package io.chatworker.worker.ollama;

import io.chatworker.worker.settings.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the model that requests get by default: tells where Ollama does not have it, pulls it
 * ({@code CHAT_PULL}) and loads it at start ({@code CHAT_PRELOAD}), each as asked.
 */
public final class DefaultModel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DefaultModel.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Duration RECHECK = Duration.ofSeconds(60);

    private final String model;
    private final OllamaSettings settings;
    private final ModelStore store;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean loaded;
    private volatile boolean missing;

    public DefaultModel(String model, OllamaSettings settings, ModelStore store) {
        this.model = model;
        this.settings = settings;
        this.store = store;
    }

    public void start() {
        Thread.ofVirtual().name("default model").start(this::lookAfter);
    }

    /** Whether nothing that was asked for at start is still to be done. */
    public boolean isReady() {
        return loaded || !settings.preload();
    }

    /** For people: what is to be said of the model. */
    public String told() {
        if (missing) {
            return model + " is missing: run 'ollama pull " + model + "' where Ollama runs, or set CHAT_PULL=true";
        }
        return isReady() ? model : model + " is being loaded";
    }

    private void lookAfter() {
        int failures = 0;
        boolean going = true;
        while (going) {
            try {
                look();
                failures = 0;
                going = !isClosingWithin(RECHECK);
            } catch (IOException e) {
                log.debug("the default model can not be looked after: {}", e.getMessage());
                going = !isClosingWithin(BACKOFF.after(++failures, ThreadLocalRandom.current()));
            }
        }
    }

    private void look() throws IOException {
        boolean there = store.has(model);
        if (!there && settings.pull()) {
            log.info("pulling {}", model);
            store.pull(model, progress -> log.info("pulling {}: {}", model, progress));
            there = store.has(model);
        }
        if (!there && !missing) {
            log.warn(
                    "Ollama does not have {}: run 'ollama pull {}' where Ollama runs, or set CHAT_PULL=true",
                    model,
                    model);
        }
        missing = !there;
        if (there && settings.preload() && !loaded) {
            store.load(model);
            loaded = true;
            log.info("{} is loaded", model);
        }
    }

    private boolean isClosingWithin(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
