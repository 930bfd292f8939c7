package io.chatworker.worker.testing;

import java.util.HashMap;
import java.util.Map;

/** Environment variables of a worker, written as name, value, name, value … */
public final class Variables {

    private Variables() {}

    /** The base, with these laid over it. */
    public static Map<String, String> over(Map<String, String> base, String... more) {
        Map<String, String> variables = new HashMap<>(base);
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return variables;
    }
}
