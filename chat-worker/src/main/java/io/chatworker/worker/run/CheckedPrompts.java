package io.chatworker.worker.run;

import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.ollama.ModelCatalog;
import io.chatworker.worker.ollama.ModelInfo;
import io.chatworker.worker.ollama.OllamaFailure;
import io.chatworker.worker.prompt.Capabilities;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.prompt.PromptBuilder;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.prompt.Summaries;
import io.chatworker.worker.prompt.SummaryDraft;
import io.chatworker.worker.stop.StopSignal;
import java.util.Optional;
import java.util.Set;

/** Builds prompts that their model is able to answer, and summaries of those that are too long. Safe for any thread. */
public final class CheckedPrompts {

    private final PromptBuilder builder;
    private final Summaries summaries;
    private final ModelCatalog models;

    public CheckedPrompts(PromptBuilder builder, Summaries summaries, ModelCatalog models) {
        this.builder = builder;
        this.summaries = summaries;
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

    /** The summary to have written where this failure said that the prompt is too long; empty where there is none. */
    Optional<SummaryDraft> summary(Prompt prompt, OllamaFailure failure) {
        return failure.code() == ErrorCode.CONTEXT_LENGTH_EXCEEDED
                ? summaries.begin(prompt, failure.promptTokens(), failure.contextLength())
                : Optional.empty();
    }

    /** What is known of the prompt's model by now. */
    ModelInfo modelOf(Prompt prompt) {
        return models.known(prompt.model());
    }
}
