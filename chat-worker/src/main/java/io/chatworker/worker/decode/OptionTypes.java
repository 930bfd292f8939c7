package io.chatworker.worker.decode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The types of the options that Ollama knows ({@code api/types.go}). It answers 500 to a wrong one, which looks as if
 * another try might help; here it is rejected at once, with its path. Unknown options pass.
 */
final class OptionTypes {

    private enum Type {
        INTEGER,
        REAL,
        FLAG,
        TEXTS
    }

    private static final Map<String, Type> TYPES = types();

    private OptionTypes() {}

    /** Checks every option of an object and adds its problems. */
    static void check(Fields options, Set<String> denied) {
        options.node().properties().forEach(option -> {
            String name = option.getKey();
            if (denied.contains(name) && !option.getValue().isNull()) {
                options.problem(pointer(name), "may not be set here (CHAT_OPTIONS_DENIED)");
                return;
            }
            String problem = problem(name, option.getValue());
            if (problem != null) {
                options.problem(pointer(name), problem);
            }
        });
    }

    private static @Nullable String problem(String name, JsonNode value) {
        Type type = TYPES.get(name);
        if (type == null || value.isNull()) {
            return null;
        }
        return switch (type) {
            case INTEGER -> Numbers.whole(value) != null ? null : "must be a whole number";
            case REAL -> Numbers.real(value) != null ? null : "must be a number";
            case FLAG -> value.isBoolean() ? null : "must be true or false";
            case TEXTS -> isTexts(value) ? null : "must be an array of strings";
        };
    }

    private static boolean isTexts(JsonNode value) {
        if (!value.isArray()) {
            return false;
        }
        for (JsonNode text : value) {
            if (!text.isString()) {
                return false;
            }
        }
        return true;
    }

    private static String pointer(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    private static Map<String, Type> types() {
        Map<String, Type> types = new HashMap<>();
        List.of("num_keep", "seed", "num_predict", "top_k", "repeat_last_n", "num_ctx", "num_batch", "num_gpu")
                .forEach(name -> types.put(name, Type.INTEGER));
        List.of("main_gpu", "num_thread", "draft_num_predict").forEach(name -> types.put(name, Type.INTEGER));
        List.of("top_p", "min_p", "typical_p", "temperature").forEach(name -> types.put(name, Type.REAL));
        List.of("repeat_penalty", "presence_penalty", "frequency_penalty").forEach(name -> types.put(name, Type.REAL));
        types.put("use_mmap", Type.FLAG);
        types.put("stop", Type.TEXTS);
        return Map.copyOf(types);
    }
}
