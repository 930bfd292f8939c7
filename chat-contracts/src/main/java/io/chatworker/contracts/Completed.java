package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer, whole.
 *
 * @param messageId generated: names the answer
 * @param doneReason as Ollama gives it: {@code stop}, {@code length} …
 * @param skippedLines lines of Ollama's stream that could not be read
 * @param logprobs only where the request said {@code stream: false}
 * @param historyDropped turns left out because the context was too small for them
 * @param historySummarized turns in whose place a summary stands, for the same reason
 * @param history what the next request sends back as its turns
 * @param historyOmitted true where the event would have been too large with the history
 * @param toolCallsExecuted the tool calls that the worker had carried out on the way to the answer
 * @param contentOmitted true where the event would have been too large with what those calls brought
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Completed(
        @JsonProperty("contract_version") int contractVersion,
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("message_id") String messageId,

        @JsonProperty("created_at") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant createdAt,

        @JsonProperty("model") String model,
        @JsonProperty("provider") String provider,
        @JsonProperty("worker") String worker,
        @JsonProperty("message") ChatMessage message,
        @JsonProperty("done_reason") @Nullable String doneReason,
        @JsonProperty("chunks") int chunks,
        @JsonProperty("skipped_lines") @Nullable Integer skippedLines,
        @JsonProperty("logprobs") @Nullable List<Map<String, Object>> logprobs,
        @JsonProperty("usage") Usage usage,
        @JsonProperty("timings") Timings timings,
        @JsonProperty("context_window") ContextWindow contextWindow,
        @JsonProperty("history_dropped") @Nullable Integer historyDropped,
        @JsonProperty("history_summarized") @Nullable Integer historySummarized,
        @JsonProperty("history") @Nullable List<ChatMessage> history,
        @JsonProperty("history_omitted") @Nullable Boolean historyOmitted,
        @JsonProperty("tool_calls_executed") @Nullable List<ExecutedToolCall> toolCallsExecuted,
        @JsonProperty("content_omitted") @Nullable Boolean contentOmitted,
        @JsonProperty("metadata") @Nullable Map<String, @Nullable Object> metadata)
        implements TerminalEvent {

    @Override
    public EventName event() {
        return EventName.COMPLETED;
    }

    /** The same without its history, and saying so. */
    public Completed withoutHistory() {
        return with(null, true, toolCallsExecuted, contentOmitted);
    }

    /** The same without the content of the tool calls carried out, and saying so. */
    public Completed withoutToolContent() {
        List<ExecutedToolCall> withoutContent = toolCallsExecuted == null
                ? null
                : toolCallsExecuted.stream()
                        .map(ExecutedToolCall::withoutContent)
                        .toList();
        return with(history, historyOmitted, withoutContent, true);
    }

    private Completed with(
            @Nullable List<ChatMessage> keptHistory,
            @Nullable Boolean historyLeftOut,
            @Nullable List<ExecutedToolCall> keptCalls,
            @Nullable Boolean contentLeftOut) {
        return new Completed(
                contractVersion,
                requestId,
                conversationId,
                attempt,
                run,
                messageId,
                createdAt,
                model,
                provider,
                worker,
                message,
                doneReason,
                chunks,
                skippedLines,
                logprobs,
                usage,
                timings,
                contextWindow,
                historyDropped,
                historySummarized,
                keptHistory,
                historyLeftOut,
                keptCalls,
                contentLeftOut,
                metadata);
    }
}
