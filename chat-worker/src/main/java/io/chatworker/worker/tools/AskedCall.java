package io.chatworker.worker.tools;

import io.chatworker.contracts.Contract;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call as the model made it.
 *
 * @param id the model's own, where it gives one
 * @param name empty where it gives none
 */
record AskedCall(@Nullable String id, String name, Map<String, @Nullable Object> arguments) {

    /** From one of a turn's {@code tool_calls}. */
    @SuppressWarnings("unchecked") // JSON objects have text as keys.
    static AskedCall of(Map<String, Object> call) {
        Map<?, ?> function = call.get("function") instanceof Map<?, ?> map ? map : Map.of();
        return new AskedCall(
                call.get("id") instanceof String id ? id : null,
                function.get("name") instanceof String name ? name : "",
                function.get("arguments") instanceof Map<?, ?> arguments
                        ? (Map<String, @Nullable Object>) arguments
                        : Map.of());
    }

    /** Why it cannot be published, for the model; null where it can. */
    @Nullable
    String refusal(Set<String> tools) {
        if (!tools.contains(name)) {
            return "there is no tool '" + name + "'";
        }
        return Contract.isId(name) ? null : "the tool '" + name + "' cannot be called: its name is no id";
    }
}
