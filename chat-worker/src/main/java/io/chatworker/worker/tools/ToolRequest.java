package io.chatworker.worker.tools;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request whose tools are called.
 *
 * @param names of the functions that it offers to the model
 * @param rounds how often it wants calls carried out
 * @param deadline no service need answer after it; its stop ends the waiting
 * @param traceHeaders of the trace that it belongs to
 */
public record ToolRequest(
        String requestId,
        String conversationId,
        Set<String> names,
        int rounds,
        Instant deadline,
        @Nullable Map<String, @Nullable Object> metadata,
        Map<String, String> traceHeaders) {

    /** The names in a request's {@code tools}. */
    public static Set<String> names(@Nullable List<Map<String, Object>> tools) {
        Set<String> names = new HashSet<>();
        for (Map<String, Object> tool : tools == null ? List.<Map<String, Object>>of() : tools) {
            if (tool.get("function") instanceof Map<?, ?> function && function.get("name") instanceof String name) {
                names.add(name);
            }
        }
        return names;
    }
}
