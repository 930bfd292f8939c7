package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request was stopped.
 *
 * @param cause what it was waiting for
 * @param partial what the attempt had said so far
 * @param history the turns sent to Ollama and the partial answer: what to go on with
 * @param historyOmitted true where the event would have been too large with the history
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Cancelled(
        @JsonProperty("contract_version") int contractVersion,
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("reason") CancelReason reason,
        @JsonProperty("cause") @Nullable String cause,
        @JsonProperty("partial") @Nullable ChatMessage partial,
        @JsonProperty("chunks") int chunks,
        @JsonProperty("history") @Nullable List<ChatMessage> history,
        @JsonProperty("history_omitted") @Nullable Boolean historyOmitted,
        @JsonProperty("metadata") @Nullable Map<String, @Nullable Object> metadata)
        implements TerminalEvent {

    @Override
    public EventName event() {
        return EventName.CANCELLED;
    }

    /** The same without its history, and saying so. */
    public Cancelled withoutHistory() {
        return new Cancelled(
                contractVersion,
                requestId,
                conversationId,
                attempt,
                run,
                reason,
                cause,
                partial,
                chunks,
                null,
                true,
                metadata);
    }
}
