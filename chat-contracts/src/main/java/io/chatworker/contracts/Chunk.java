package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came since the last chunk of the attempt; only what is present has a key.
 *
 * @param sequence 0, 1, 2 … within an attempt, without a gap
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Chunk(
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("sequence") int sequence,
        @JsonProperty("content") @Nullable String content,
        @JsonProperty("thinking") @Nullable String thinking,
        @JsonProperty("tool_calls") @Nullable List<Map<String, Object>> toolCalls,
        @JsonProperty("logprobs") @Nullable List<Map<String, Object>> logprobs)
        implements ChatEvent {

    @Override
    public EventName event() {
        return EventName.CHUNK;
    }
}
