package io.chatworker.worker.prompt;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.GenerationOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns a checked request into a {@link Prompt}. Safe for any thread. */
public final class PromptBuilder {

    private final PromptSettings settings;
    private final Agents agents;
    private final ModelRules models;
    private final OptionRules options;

    public PromptBuilder(PromptSettings settings, Agents agents) {
        this.settings = settings;
        this.agents = agents;
        this.models = new ModelRules(settings.allowedModels());
        this.options = new OptionRules(settings);
    }

    /**
     * Builds the request to Ollama.
     *
     * @throws Rejection if there is nothing to answer, or agent or model are unknown or not allowed
     */
    public Prompt build(ChatRequest request) throws Rejection {
        String model = Objects.requireNonNullElse(request.model(), settings.defaultModel());
        if (!models.allows(model)) {
            throw new Rejection(
                    ErrorCode.MODEL_NOT_ALLOWED,
                    "the model '" + model + "' may not be used here (CHAT_MODELS_ALLOWED)",
                    Map.of("model", model));
        }
        String agent = Objects.requireNonNullElse(request.agent(), Agents.GENERAL);
        String agentPrompt = agents.prompt(agent)
                .orElseThrow(() -> new Rejection(
                        ErrorCode.AGENT_NOT_FOUND,
                        "there is no agent '" + agent + "' here; there are: " + String.join(", ", agents.names()),
                        Map.of("agent", agent, "agents", List.copyOf(agents.names()))));
        List<ChatMessage> turns = turns(request);
        GenerationOptions requested = Objects.requireNonNullElse(request.options(), GenerationOptions.NONE);
        OptionRules.Decided decided = options.decide(requested.values());
        return new Prompt(
                model,
                agent,
                systemPrompt(request.system(), agentPrompt, turns),
                turns,
                0,
                0,
                decided.options(),
                extras(request),
                decided.window(),
                Objects.requireNonNullElse(request.overflow(), settings.overflow()));
    }

    private Prompt.Extras extras(ChatRequest request) {
        return new Prompt.Extras(
                Objects.requireNonNullElse(request.think(), settings.think()),
                request.tools(),
                request.format(),
                request.keepAlive(),
                request.logprobs(),
                request.topLogprobs());
    }

    private List<ChatMessage> turns(ChatRequest request) throws Rejection {
        List<ChatMessage> turns =
                Conversation.withoutEmptyTurns(Objects.requireNonNullElse(request.messages(), List.of()));
        if (request.system() != null) {
            turns = Conversation.withoutLeadingSystem(turns);
        }
        if (Boolean.TRUE.equals(request.regenerate())) {
            turns = Conversation.reopened(turns);
            if (!Conversation.isOpen(turns)) {
                throw Rejection.invalid("/messages", "must hold a turn of the user to answer again");
            }
        } else if (request.message() != null) {
            turns = new ArrayList<>(turns);
            turns.add(ChatMessage.user(request.message()));
        } else if (!Conversation.isOpen(turns)) {
            throw Rejection.invalid(
                    turns.isEmpty() ? "/message" : "/messages",
                    "nothing to answer: give a message, or messages that end with a turn of the user or of a tool");
        }
        int limit = Objects.requireNonNullElse(request.historyLimit(), settings.historyMaxMessages());
        return List.copyOf(Conversation.newest(turns, limit));
    }

    private static @Nullable ChatMessage systemPrompt(
            @Nullable String asked, String agentPrompt, List<ChatMessage> turns) {
        if (asked != null) {
            return asked.isEmpty() ? null : ChatMessage.system(asked);
        }
        return Conversation.startsWithSystem(turns) || agentPrompt.isEmpty() ? null : ChatMessage.system(agentPrompt);
    }
}
