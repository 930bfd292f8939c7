package io.chatworker.cli.talk;

import io.chatworker.cli.view.Json;
import io.chatworker.contracts.GenerationOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a question is asked with; null leaves it to the worker. Not for several threads. */
public final class ChatSettings {

    public @Nullable String model;
    public @Nullable String agent;
    public @Nullable String system;
    public @Nullable String think;
    public final Map<String, Object> options = new LinkedHashMap<>();

    /** As the request takes it: a truth value, or a level by its name. */
    public @Nullable Object thinkValue() {
        return "true".equals(think) || "false".equals(think) ? Boolean.valueOf(think) : think;
    }

    /** For people, as they typed them. */
    String optionsText() {
        return options.entrySet().stream()
                .map(option -> option.getKey() + "="
                        + (option.getValue() instanceof String text ? text : Json.line(option.getValue())))
                .collect(Collectors.joining(", "));
    }

    public @Nullable GenerationOptions generationOptions() {
        return options.isEmpty() ? null : new GenerationOptions(new LinkedHashMap<>(options));
    }
}
