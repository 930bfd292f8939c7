package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * An attempt begins; Ollama is called next.
 *
 * @param queuedMs from the request's sending to this attempt; absent where the sending time is not known
 * @param historyDropped turns left out because the context was too small for them
 * @param historySummarized turns in whose place a summary stands, for the same reason
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Started(
        @JsonProperty("contract_version") int contractVersion,
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("model") String model,
        @JsonProperty("agent") String agent,
        @JsonProperty("queued_ms") @Nullable Long queuedMs,
        @JsonProperty("worker") String worker,
        @JsonProperty("history_dropped") @Nullable Integer historyDropped,
        @JsonProperty("history_summarized") @Nullable Integer historySummarized)
        implements ChatEvent {

    @Override
    public EventName event() {
        return EventName.STARTED;
    }
}
