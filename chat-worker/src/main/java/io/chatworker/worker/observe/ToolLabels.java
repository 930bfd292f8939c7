package io.chatworker.worker.observe;

import io.chatworker.worker.tools.ToolOutcome;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of tools as labels, so few that no sender can make series without end: the first that were called go by their
 * names, all others are {@link #OTHER}, and so is what was never published. Safe for any thread.
 */
final class ToolLabels {

    static final String OTHER = "other";
    private static final int MOST = 50;

    private final Set<String> names = ConcurrentHashMap.newKeySet();

    String of(String name, ToolOutcome outcome) {
        if (outcome == ToolOutcome.NOT_PUBLISHED) {
            return OTHER;
        }
        if (names.size() < MOST) {
            names.add(name);
        }
        return names.contains(name) ? name : OTHER;
    }
}
