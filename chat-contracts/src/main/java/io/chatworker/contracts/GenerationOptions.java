package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ollama's {@code options} by their own names ({@code temperature}, {@code num_predict}, {@code stop} …), laid over
 * the worker's defaults. Immutable; keeps the order of its keys.
 */
public record GenerationOptions(@JsonValue Map<String, @Nullable Object> values) {

    public static final GenerationOptions NONE = new GenerationOptions(Map.of());

    @JsonCreator
    public GenerationOptions {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** These options and one more, or with another value. */
    public GenerationOptions with(String name, Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new GenerationOptions(more);
    }
}
