package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request could not be answered.
 *
 * @param retryable whether the same request under a new id may succeed later
 * @param partial what the last attempt had said so far
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failed(
        @JsonProperty("contract_version") int contractVersion,
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("error") ChatError error,
        @JsonProperty("retryable") boolean retryable,
        @JsonProperty("partial") @Nullable ChatMessage partial,
        @JsonProperty("chunks") int chunks,
        @JsonProperty("metadata") @Nullable Map<String, @Nullable Object> metadata)
        implements TerminalEvent {

    @Override
    public EventName event() {
        return EventName.FAILED;
    }
}
