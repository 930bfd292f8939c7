package io.chatworker.worker.ollama;

import io.chatworker.worker.settings.Backoff;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the model that requests get by default: reports when Ollama does not have it, pulls it
 * ({@code CHAT_PULL}) and loads it at start ({@code CHAT_PRELOAD}), each if asked to. A failure is logged once for each
 * reason and tried again for as long as the worker runs.
 */
public final class DefaultModel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DefaultModel.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Duration RECHECK = Duration.ofSeconds(60);

    private final String model;
    private final long numCtx;
    private final OllamaSettings settings;
    private final ModelStore store;
    private final StopSignal closing = new StopSignal();
    private volatile boolean loaded;
    private volatile boolean missing;
    private volatile String state;

    // Only for its own thread.
    private String warned = "";

    /** {@code numCtx} is the context length of requests that name none. */
    public DefaultModel(String model, long numCtx, OllamaSettings settings, ModelStore store) {
        this.model = model;
        this.numCtx = numCtx;
        this.settings = settings;
        this.store = store;
        this.state = isReady() ? model : model + " is to be loaded";
    }

    public void start() {
        Thread.ofVirtual().name("default model").start(this::lookAfter);
    }

    /**
     * Whether everything asked for at start is done. A missing model that is not to be pulled is not waited for:
     * requests may name another.
     */
    public boolean isReady() {
        return loaded || !settings.preload() || (missing && !settings.pull());
    }

    /** The model's name and what is the matter with it, for people. */
    public String state() {
        return state;
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
        } while (!closing.await(wait));
    }

    private void look() throws IOException {
        missing = !store.has(model);
        if (missing) {
            if (!settings.pull()) {
                warn("is missing: run 'ollama pull " + model + "' where Ollama runs, or set CHAT_PULL=true");
                return;
            }
            work("pulled", () -> store.pull(model, progress -> report("is being pulled: " + progress)));
        }
        if (settings.preload() && !loaded) {
            report("is being loaded");
            work("loaded", () -> store.load(model, numCtx));
            loaded = true;
        }
        state = model;
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
            warn("cannot be " + done + ": "
                    + Objects.requireNonNullElse(e.getMessage(), "the connection to Ollama broke"));
            throw e;
        }
    }

    private void report(String news) {
        state = model + " " + news;
        log.info("{}", state);
    }

    private void warn(String trouble) {
        state = model + " " + trouble;
        if (!warned.equals(trouble)) {
            warned = trouble;
            log.warn("the default model {}", state);
        }
    }

    @Override
    public void close() {
        closing.stop();
    }
}
