package io.chatworker.worker.intake;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether requests are to be taken now, and if not, why. Safe for any thread. */
public final class Pauses {

    private final Map<PauseReason, Supplier<@Nullable String>> reasons;
    private volatile boolean draining;

    /** Each supplier says for people why requests are to wait, or null while they need not; asked on any thread. */
    public Pauses(Map<PauseReason, Supplier<@Nullable String>> reasons) {
        this.reasons = new EnumMap<>(reasons);
    }

    /** From here on no more requests are taken. */
    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
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
