package io.chatworker.worker.prompt;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.Overflow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request to Ollama.
 *
 * @param agent the agent whose system prompt it has
 * @param systemPrompt put in front by the worker; never part of the history
 * @param turns the conversation after any cut, the turn to answer last
 * @param dropped turns left out because the context was too small for them
 * @param summarized turns in whose place a summary stands, for the same reason
 * @param options the defaults of the worker, replaced by those of the request, within the maxima
 * @param extras passed on unchanged
 * @param window the context window to ask for
 * @param overflow what to do if it is too small
 */
public record Prompt(
        String model,
        String agent,
        @Nullable ChatMessage systemPrompt,
        List<ChatMessage> turns,
        int dropped,
        int summarized,
        Map<String, Object> options,
        Extras extras,
        Window window,
        Overflow overflow) {

    /**
     * Keys that only Ollama interprets.
     *
     * @param think always sent, since leaving it out makes thinking models think
     */
    public record Extras(
            Object think,
            @Nullable List<Map<String, Object>> tools,
            @Nullable Object format,
            @Nullable Object keepAlive,
            @Nullable Boolean logprobs,
            @Nullable Integer topLogprobs) {}

    /**
     * The context window to ask for.
     *
     * @param size {@code num_ctx} as sent
     * @param reason what decided it
     */
    public record Window(long size, ContextWindowReason reason) {}

    /** All messages as sent. */
    public List<ChatMessage> messages() {
        if (systemPrompt == null) {
            return turns;
        }
        return Stream.concat(Stream.of(systemPrompt), turns.stream()).toList();
    }

    /**
     * A shorter prompt, after Ollama said that this one is too long: without its oldest rounds, by the numbers that Ollama
     * gave, if any. Empty if the request wants an error instead, or if nothing can be dropped. A request that wants
     * summaries loses its summary once it is all that is left to drop.
     */
    public Optional<Prompt> shorter(@Nullable Integer promptTokens, @Nullable Integer contextLength) {
        return switch (overflow) {
            case ERROR -> Optional.empty();
            case DROP_OLDEST -> ContextFit.shorter(this, promptTokens, contextLength);
            case SUMMARIZE ->
                ContextFit.shorter(this, promptTokens, contextLength).or(this::withoutSummaries);
        };
    }

    /** With these turns behind those there are, for the answer that follows them. */
    public Prompt with(List<ChatMessage> more) {
        return with(Stream.concat(turns.stream(), more.stream()).toList(), dropped, summarized);
    }

    /** Without these turns, which are dropped. */
    Prompt without(List<ChatMessage> gone) {
        return with(left(gone), dropped + gone.size(), summarized);
    }

    /** With a summary in the place of these turns. */
    Prompt withSummary(String summary, List<ChatMessage> gone) {
        Set<ChatMessage> same = same(gone);
        int place = 0;
        while (!same.contains(turns.get(place))) {
            place++;
        }
        List<ChatMessage> left = new ArrayList<>(left(gone));
        left.add(place, ChatMessage.summary(summary));
        // A summary of this request's own stands for turns that are counted already.
        int counted = summarized == 0 ? gone.size() : gone.size() - summaries().size();
        return with(left, dropped, summarized + counted);
    }

    /** The turns that hold a summary. */
    List<ChatMessage> summaries() {
        return turns.stream().filter(ChatMessage::holdsSummary).toList();
    }

    private Optional<Prompt> withoutSummaries() {
        List<ChatMessage> gone = summaries();
        int turnsGone = summarized == 0 ? gone.size() : summarized;
        return gone.isEmpty() ? Optional.empty() : Optional.of(with(left(gone), dropped + turnsGone, 0));
    }

    private List<ChatMessage> left(List<ChatMessage> gone) {
        Set<ChatMessage> same = same(gone);
        return turns.stream().filter(turn -> !same.contains(turn)).toList();
    }

    /** Equal turns are told apart. */
    private static Set<ChatMessage> same(List<ChatMessage> turns) {
        Set<ChatMessage> same = Collections.newSetFromMap(new IdentityHashMap<>());
        same.addAll(turns);
        return same;
    }

    private Prompt with(List<ChatMessage> left, int nowDropped, int nowSummarized) {
        return new Prompt(
                model, agent, systemPrompt, left, nowDropped, nowSummarized, options, extras, window, overflow);
    }
}
