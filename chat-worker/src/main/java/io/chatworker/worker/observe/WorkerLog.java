package io.chatworker.worker.observe;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what happens to the worker as a whole: its start, that it is ready, and its neighbours' outages. */
public final class WorkerLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerLog.class);
    private static final Duration LOOK = Duration.ofMillis(250);

    private final Introduction introduction;
    private final Neighbours neighbours;
    private final List<Outage> outages;
    private final Standstill standstill;
    private final ScheduledExecutorService timer;

    // Guarded by this.
    private boolean closed;
    private boolean toldReady;

    /** What is said at the start: who this is, and what about its settings somebody should look at. */
    public record Introduction(String text, List<String> warnings) {}

    /** {@code standstill} is looked after on the way. */
    public WorkerLog(
            Introduction introduction, Neighbours neighbours, Standstill standstill, ScheduledExecutorService timer) {
        this.introduction = introduction;
        this.neighbours = neighbours;
        this.outages = neighbours.outages();
        this.standstill = standstill;
        this.timer = timer;
    }

    /** Says who this is, and looks from now on. */
    public void start() {
        log.info("{}", introduction.text);
        introduction.warnings.forEach(warning -> log.warn("{}", warning));
        var _ = timer.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        outages.forEach(outage -> outage.look(now));
        standstill.look();
        if (!toldReady && neighbours.health().isReady()) {
            toldReady = true;
            log.info(
                    "ready {} ms after the start of the process, with {}",
                    ManagementFactory.getRuntimeMXBean().getUptime(),
                    neighbours.versions());
        }
    }

    /** Tells nothing more: a worker that stops leaves its neighbours. */
    @Override
    public synchronized void close() {
        closed = true;
    }
}
