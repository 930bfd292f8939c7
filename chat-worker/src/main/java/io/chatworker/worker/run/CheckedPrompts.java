package io.chatworker.worker.run;

import io.chatworker.contracts.ChatRequest;
import io.chatworker.worker.ollama.ModelCatalog;
import io.chatworker.worker.ollama.ModelInfo;
import io.chatworker.worker.prompt.Capabilities;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.prompt.PromptBuilder;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.stop.StopSignal;
import java.util.Set;

/** Builds prompts that their model is able to answer. Safe for any thread. */
public final class CheckedPrompts {

    private final PromptBuilder builder;
    private final ModelCatalog models;

    public CheckedPrompts(PromptBuilder builder, ModelCatalog models) {
        this.builder = builder;
        this.models = models;
    }

    /** Waits for what Ollama says of the model where the prompt asks for something special, until {@code over}. */
    Prompt build(ChatRequest request, StopSignal over) throws Rejection {
        Prompt prompt = builder.build(request);
        models.look(prompt.model());
        Set<String> needed = Capabilities.needed(prompt);
        if (!needed.isEmpty()) {
            ModelInfo model = models.info(prompt.model(), over);
            Capabilities.check(prompt, needed, model.capabilities() == null ? needed : model.capabilities());
        }
        return prompt;
    }

    /** What is known of the prompt's model by now. */
    ModelInfo modelOf(Prompt prompt) {
        return models.known(prompt.model());
    }
}
