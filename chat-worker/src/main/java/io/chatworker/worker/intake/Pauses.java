package io.chatworker.worker.intake;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether requests are to be taken now, and if not, why. Safe for any thread. */
public final class Pauses {

    private final Map<PauseReason, Supplier<@Nullable String>> reasons;
    private volatile boolean draining;

    // Guarded by this.
    private final Map<PauseReason, Integer> times = new EnumMap<>(PauseReason.class);
    private final Set<PauseReason> noted = EnumSet.noneOf(PauseReason.class);

    /** Each supplier says for people why requests are to wait, or null while they need not; asked on any thread. */
    public Pauses(Map<PauseReason, Supplier<@Nullable String>> reasons) {
        this.reasons = new EnumMap<>(reasons);
    }

    /** From here on no more requests are taken. */
    void drain() {
        draining = true;
    }

    public boolean isDraining() {
        return draining;
    }

    /** Looks which reasons have begun since the last look, and counts them. */
    synchronized void note() {
        for (PauseReason reason : reasons.keySet()) {
            if (!isFor(reason)) {
                noted.remove(reason);
            } else if (noted.add(reason)) {
                times.merge(reason, 1, Integer::sum);
            }
        }
    }

    /** Whether requests are to wait for this reason. */
    public boolean isFor(PauseReason reason) {
        Supplier<@Nullable String> why = reasons.get(reason);
        return why != null && why.get() != null;
    }

    /** How often requests have had to wait for this reason. */
    public synchronized int times(PauseReason reason) {
        return times.getOrDefault(reason, 0);
    }

    /** For people: why no requests are taken, or null where they are. */
    public @Nullable String why() {
        if (draining) {
            return "draining";
        }
        String texts = reasons.values().stream()
                .map(Supplier::get)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("; "));
        return texts.isEmpty() ? null : texts;
    }

    /** For the log, which may not quote what Ollama or the broker said. */
    List<PauseReason> names() {
        return reasons.entrySet().stream()
                .filter(entry -> entry.getValue().get() != null)
                .map(Map.Entry::getKey)
                .toList();
    }
}
