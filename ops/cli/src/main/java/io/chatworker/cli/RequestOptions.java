package io.chatworker.cli;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.GenerationOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a request; the same for one question and for a conversation. */
final class RequestOptions {

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME", description = "The model; default: the worker's.")
    @Nullable
    String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "A system prompt instead of the agent's.")
    @Nullable
    String system;

    @Option(names = "--agent", paramLabel = "NAME", description = "The agent; default: general.")
    @Nullable
    String agent;

    @Option(
            names = "--think",
            paramLabel = "LEVEL",
            description =
                    "--think or --think=LEVEL: whether a thinking model thinks (true, false, or one of its levels).")
    @Nullable
    String think;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "An option of Ollama, such as temperature=0; repeatable.")
    Map<String, String> options = new LinkedHashMap<>();

    @Option(names = "--conversation", paramLabel = "ID", description = "The conversation's id; default: a new one.")
    @Nullable
    String conversation;

    @Option(names = "--no-stream", description = "Print the answer only when it is complete.")
    boolean noStream;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "20m",
            description = "Give up after this time, such as 90s or 5m; default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofMinutes(20);

    @Option(names = "--json", description = "Every event as a line of JSON.")
    boolean json;

    @Option(names = "--note", hidden = true, description = "Printed with every answer.")
    String note = "";

    /** Checks them before anything is sent. */
    void check() {
        if (conversation != null && !Contract.isId(conversation)) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    "Invalid value for option '--conversation': an id is 1 to 64 letters, digits, '_' and '-'");
        }
    }

    String conversationOrNew() {
        return conversation == null ? NewId.of("c") : conversation;
    }

    ChatRequest request(String conversationId, String message, @Nullable List<ChatMessage> messages) {
        return new ChatRequest(
                NewId.of("r"),
                conversationId,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                message,
                messages,
                null,
                agent,
                system,
                model,
                noStream ? false : null,
                generationOptions(),
                think == null ? null : thinkValue(think),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private @Nullable GenerationOptions generationOptions() {
        if (options.isEmpty()) {
            return null;
        }
        GenerationOptions all = GenerationOptions.NONE;
        for (Map.Entry<String, String> option : options.entrySet()) {
            all = all.with(option.getKey(), Json.valueOrText(option.getValue()));
        }
        return all;
    }

    private static Object thinkValue(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> text;
        };
    }
}
