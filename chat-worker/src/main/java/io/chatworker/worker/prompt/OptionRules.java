package io.chatworker.worker.prompt;

import io.chatworker.contracts.ContextWindowReason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lays a request's options over the worker's defaults and keeps both within the maxima. */
final class OptionRules {

    /** The options to send, and what decided the context window. */
    record Decided(Map<String, Object> options, Prompt.Window window) {}

    private final PromptSettings settings;

    OptionRules(PromptSettings settings) {
        this.settings = settings;
    }

    Decided decide(Map<String, @Nullable Object> requested) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("temperature", settings.temperature());
        options.put("num_ctx", settings.numCtx());
        options.put("num_predict", settings.numPredict());
        requested.forEach((name, value) -> {
            if (value != null) {
                options.put(name, value);
            }
        });
        boolean asked = requested.get("num_ctx") != null;
        boolean capped = cap(options, "num_ctx", settings.maxNumCtx());
        cap(options, "num_predict", settings.maxNumPredict());
        ContextWindowReason reason =
                capped ? ContextWindowReason.LIMIT : asked ? ContextWindowReason.REQUEST : ContextWindowReason.DEFAULT;
        return new Decided(options, new Prompt.Window(size(options, "num_ctx"), reason));
    }

    private static boolean cap(Map<String, Object> options, String name, int most) {
        long value = size(options, name);
        if (most == 0 || (value > 0 && value <= most)) {
            return false;
        }
        options.put(name, most);
        return true;
    }

    private static long size(Map<String, Object> options, String name) {
        return options.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
