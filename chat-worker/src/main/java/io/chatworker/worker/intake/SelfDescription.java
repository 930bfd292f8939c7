package io.chatworker.worker.intake;

import io.chatworker.contracts.Contract;
import io.chatworker.contracts.Description;
import io.chatworker.worker.ollama.ModelCatalog;
import io.chatworker.worker.ollama.ModelInfo;
import io.chatworker.worker.prompt.Agents;
import io.chatworker.worker.prompt.ModelRules;
import io.chatworker.worker.prompt.PromptSettings;
import io.chatworker.worker.publish.PublishSettings;
import io.chatworker.worker.run.RunSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this worker is and can, as it stands now. */
public record SelfDescription(
        String worker,
        String version,
        IntakeSettings intake,
        RunSettings run,
        PublishSettings publish,
        PromptSettings prompt,
        Agents agents,
        ModelCatalog catalog,
        RunningChats chats) {

    /** {@code paused} says why no requests are taken, or null where they are. */
    Description now(Supplier<@Nullable String> paused) {
        ModelRules rules = new ModelRules(prompt.allowedModels());
        List<String> names = catalog.names();
        // All are asked about at once; then each is hardly waited for.
        names.forEach(catalog::look);
        List<Description.Model> models =
                names.stream().map(name -> model(name, rules.allows(name))).toList();
        return new Description(
                worker,
                version,
                Contract.VERSION,
                prompt.defaultModel(),
                models,
                List.copyOf(agents.names()),
                limits(),
                intake.concurrency(),
                chats.size(),
                paused.get());
    }

    private Description.Model model(String name, boolean allowed) {
        ModelInfo info = catalog.known(name);
        List<String> capabilities = info.capabilities() == null
                ? null
                : info.capabilities().stream().sorted().toList();
        return new Description.Model(name, allowed, capabilities, info.contextLength());
    }

    private Map<String, Object> limits() {
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put("max_message_chars", intake.maxMessageChars());
        limits.put("max_request_bytes", intake.maxRequestBytes());
        limits.put("max_event_bytes", publish.maxEventBytes());
        limits.put("max_duration_ms", run.maxDuration().toMillis());
        limits.put("max_attempts", run.maxAttempts());
        limits.put("max_num_ctx", prompt.maxNumCtx());
        limits.put("max_num_predict", prompt.maxNumPredict());
        limits.put("history_max_messages", prompt.historyMaxMessages());
        return limits;
    }
}
