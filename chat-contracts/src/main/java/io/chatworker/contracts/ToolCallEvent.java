package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The worker has asked a service for one of the model's tool calls; a {@link ToolResultEvent} with the same
 * {@code callId} follows.
 *
 * @param callId random: names this one call
 * @param name the function's name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ToolCallEvent(
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("call_id") String callId,
        @JsonProperty("name") String name,
        @JsonProperty("arguments") Map<String, @Nullable Object> arguments)
        implements ChatEvent {

    @Override
    public EventName event() {
        return EventName.TOOL_CALL;
    }
}
