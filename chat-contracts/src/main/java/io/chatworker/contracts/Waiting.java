package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** The request is held and nothing is wrong with it; at most one per delivery and reason. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Waiting(
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("reason") WaitingReason reason,
        @JsonProperty("error_code") @Nullable ErrorCode errorCode)
        implements ChatEvent {

    @Override
    public EventName event() {
        return EventName.WAITING;
    }
}
