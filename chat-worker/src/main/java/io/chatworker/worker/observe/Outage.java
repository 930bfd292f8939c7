package io.chatworker.worker.observe;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log of one neighbour's outage: a line when it begins, one a minute while it lasts, and one when it is over,
 * with its length. For one thread.
 */
final class Outage {

    private static final Logger log = LoggerFactory.getLogger(Outage.class);
    private static final Duration REMINDER = Duration.ofMinutes(1);

    /**
     * What there is to tell.
     *
     * @param problem that it is away
     * @param over that it is there again
     * @param why what is wrong with it, or null where nothing is; fit for logs
     * @param meanwhile what happens until it is over
     */
    record Words(String problem, String over, Supplier<@Nullable String> why, String meanwhile) {}

    /** What the outage has done so far; told from the second line on. */
    interface Toll {

        /** An outage begins: from here on is counted. */
        default void begin() {}

        String soFar();
    }

    private final Words words;
    private final Toll toll;
    private final Duration patience;
    private boolean troubled;
    private boolean told;
    private long since;
    private long toldAt;

    /** {@code patience}: what is over sooner is not told at all. */
    Outage(Words words, Toll toll, Duration patience) {
        this.words = words;
        this.toll = toll;
        this.patience = patience;
    }

    /** Looks how things are; {@code now} is {@link System#nanoTime()}. */
    void look(long now) {
        String why = words.why.get();
        if (why == null) {
            if (told) {
                log.info("{} after {}; {}", words.over, length(now), toll.soFar());
            }
            troubled = false;
            told = false;
            return;
        }
        if (!troubled) {
            troubled = true;
            since = now;
            toll.begin();
        }
        if (!told && now - since >= patience.toNanos()) {
            told = true;
            toldAt = now;
            log.warn("{}: {}; {}", words.problem, why, words.meanwhile);
        } else if (told && now - toldAt >= REMINDER.toNanos()) {
            toldAt = now;
            log.warn("{}, for {} by now: {}; {}", words.problem, length(now), why, toll.soFar());
        }
    }

    private String length(long now) {
        Duration length = Duration.ofNanos(now - since);
        return length.compareTo(REMINDER) < 0
                ? Math.floorDiv(length.toMillis(), 100) / 10.0 + " s"
                : length.toMinutes() + " min " + length.toSecondsPart() + " s";
    }
}
