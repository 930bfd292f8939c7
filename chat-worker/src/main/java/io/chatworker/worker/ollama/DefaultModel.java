package io.chatworker.worker.ollama;

import io.chatworker.worker.settings.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the model that requests get by default: tells where Ollama does not have it, pulls it
 * ({@code CHAT_PULL}) and loads it at start ({@code CHAT_PRELOAD}), each as asked. What fails is told, in the log once
 * a reason, and tried again for as long as the worker runs.
 */
public final class DefaultModel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DefaultModel.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Duration RECHECK = Duration.ofSeconds(60);

    private final String model;
    private final long numCtx;
    private final OllamaSettings settings;
    private final ModelStore store;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean loaded;
    private volatile boolean missing;
    private volatile String told;

    // Only for its own thread.
    private String warned = "";

    /** {@code numCtx} is what requests ask for where they say nothing of it. */
    public DefaultModel(String model, long numCtx, OllamaSettings settings, ModelStore store) {
        this.model = model;
        this.numCtx = numCtx;
        this.settings = settings;
        this.store = store;
        this.told = isReady() ? model : model + " is to be loaded";
    }

    public void start() {
        Thread.ofVirtual().name("default model").start(this::lookAfter);
    }

    /**
     * Whether nothing that was asked for at start is still to be done. A model that is missing, and that nobody asked to
     * pull, is not waited for: requests may name another.
     */
    public boolean isReady() {
        return loaded || !settings.preload() || (missing && !settings.pull());
    }

    /** For people: what is to be said of the model. */
    public String told() {
        return told;
    }

    private void lookAfter() {
        int failures = 0;
        Duration wait;
        do {
            try {
                look();
                failures = 0;
                wait = RECHECK;
            } catch (IOException | RuntimeException e) {
                log.debug("{} is looked after again: {}", model, e.toString());
                wait = BACKOFF.after(++failures, ThreadLocalRandom.current());
            }
        } while (!isClosingWithin(wait));
    }

    private void look() throws IOException {
        missing = !store.has(model);
        if (missing) {
            if (!settings.pull()) {
                warn("is missing: run 'ollama pull " + model + "' where Ollama runs, or set CHAT_PULL=true");
                return;
            }
            work("pulled", () -> store.pull(model, progress -> tell("is being pulled: " + progress)));
        }
        if (settings.preload() && !loaded) {
            tell("is being loaded");
            work("loaded", () -> store.load(model, numCtx));
            loaded = true;
        }
        told = model;
        warned = "";
    }

    private interface Work {
        void run() throws IOException;
    }

    private void work(String done, Work work) throws IOException {
        try {
            work.run();
            log.info("{} is {}", model, done);
        } catch (IOException e) {
            warn("can not be " + done + ": "
                    + Objects.requireNonNullElse(e.getMessage(), "the connection to Ollama broke"));
            throw e;
        }
    }

    private void tell(String news) {
        told = model + " " + news;
        log.info("{}", told);
    }

    private void warn(String trouble) {
        told = model + " " + trouble;
        if (!warned.equals(trouble)) {
            warned = trouble;
            log.warn("the default model {}", told);
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
