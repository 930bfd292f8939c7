package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What became of one of the model's tool calls: {@code content} or {@code error}, as the model is told. Calls that were
 * not published have one too, without a {@link ToolCallEvent} before it.
 *
 * @param content any JSON
 * @param error why there is no content
 * @param durationMs from the call's publishing; 0 where it was not published
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ToolResultEvent(
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("call_id") String callId,
        @JsonProperty("name") String name,
        @JsonProperty("content") @Nullable Object content,
        @JsonProperty("error") @Nullable String error,
        @JsonProperty("duration_ms") long durationMs)
        implements ChatEvent {

    @Override
    public EventName event() {
        return EventName.TOOL_RESULT;
    }
}
