package io.chatworker.worker.prompt;

import io.chatworker.contracts.Overflow;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.settings.Glob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The worker's settings for prompts.
 *
 * @param allowedModels patterns in lower case
 * @param think for requests that do not say
 * @param maxNumCtx 0 for none; likewise {@code maxNumPredict}
 * @param summaryTokens the most that a summary takes
 * @param historyMaxMessages 0 for no cut
 * @param agentsDir null if there is only the built-in agent
 */
public record PromptSettings(
        String defaultModel,
        List<Glob> allowedModels,
        double temperature,
        int numCtx,
        int numPredict,
        int maxNumCtx,
        int maxNumPredict,
        Object think,
        Overflow overflow,
        int summaryTokens,
        int historyMaxMessages,
        @Nullable Path agentsDir) {

    private static final int MANY = 100_000_000;

    public static PromptSettings from(Env env) {
        return new PromptSettings(
                env.text("OLLAMA_MODEL", "qwen2.5:3b-instruct"),
                env.list("CHAT_MODELS_ALLOWED", "*").stream()
                        .map(pattern -> new Glob(pattern.toLowerCase(Locale.ROOT)))
                        .toList(),
                env.decimal("CHAT_TEMPERATURE", 0.7, 0, 100),
                env.integer("CHAT_NUM_CTX", 4096, 4, MANY),
                env.integer("CHAT_NUM_PREDICT", 1024, -2, MANY),
                env.integer("CHAT_MAX_NUM_CTX", 0, 0, MANY),
                env.integer("CHAT_MAX_NUM_PREDICT", 0, 0, MANY),
                env.<Object>parsed("CHAT_THINK", false, PromptSettings::think),
                env.choice("CHAT_OVERFLOW", Overflow.DROP_OLDEST, Overflow::wire),
                env.integer("CHAT_SUMMARY_TOKENS", 256, 1, MANY),
                env.integer("CHAT_HISTORY_MAX_MESSAGES", 0, 0, MANY),
                env.parsed("CHAT_AGENTS_DIR", Optional.<Path>empty(), PromptSettings::folder)
                        .orElse(null));
    }

    /** {@code num_ctx} for a request that does not set it. */
    public long defaultNumCtx() {
        return new OptionRules(this).decide(Map.of()).window().size();
    }

    private static Object think(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            case "low", "medium", "high", "max" -> text;
            default -> throw new IllegalArgumentException("true, false, low, medium, high or max, not '" + text + "'");
        };
    }

    private static Optional<Path> folder(String text) {
        Path path = Path.of(text);
        if (!Files.isDirectory(path)) {
            throw new IllegalArgumentException("a folder that exists, not '" + text + "'");
        }
        return Optional.of(path);
    }
}
