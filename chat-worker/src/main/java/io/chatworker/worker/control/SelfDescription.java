package io.chatworker.worker.control;

import io.chatworker.contracts.Contract;
import io.chatworker.contracts.Description;
import io.chatworker.worker.ollama.ModelCatalog;
import io.chatworker.worker.ollama.ModelInfo;
import io.chatworker.worker.prompt.Agents;
import io.chatworker.worker.prompt.ModelRules;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this worker is and can, as it stands now. */
public final class SelfDescription {

    /** What does not change while the worker runs. */
    public record Fixed(
            String worker,
            String queue,
            String version,
            String defaultModel,
            int concurrency,
            Map<String, Object> limits) {}

    private final Fixed fixed;
    private final ModelRules rules;
    private final Agents agents;
    private final ModelCatalog catalog;
    private final IntSupplier inFlight;
    private final Supplier<@Nullable String> paused;

    /** {@code paused} says why no requests are taken, or null where they are. */
    public SelfDescription(
            Fixed fixed,
            ModelRules rules,
            Agents agents,
            ModelCatalog catalog,
            IntSupplier inFlight,
            Supplier<@Nullable String> paused) {
        this.fixed = fixed;
        this.rules = rules;
        this.agents = agents;
        this.catalog = catalog;
        this.inFlight = inFlight;
        this.paused = paused;
    }

    Description now() {
        List<Description.Model> models = catalog.all().entrySet().stream()
                .map(entry -> model(entry.getKey(), entry.getValue()))
                .toList();
        return new Description(
                fixed.worker(),
                fixed.queue(),
                fixed.version(),
                Contract.VERSION,
                fixed.defaultModel(),
                models,
                List.copyOf(agents.names()),
                fixed.limits(),
                fixed.concurrency(),
                inFlight.getAsInt(),
                paused.get());
    }

    private Description.Model model(String name, ModelInfo info) {
        List<String> capabilities = info.capabilities() == null
                ? null
                : info.capabilities().stream().sorted().toList();
        return new Description.Model(name, rules.allows(name), capabilities, info.contextLength());
    }
}
