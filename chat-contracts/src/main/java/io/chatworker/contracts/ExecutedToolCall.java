package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool call that the worker has seen to, and what came of it.
 *
 * @param callId random: names this one call
 * @param name the function's name
 * @param content any JSON
 * @param error why there is no content
 * @param durationMs from the call's publishing; 0 where it was not published
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExecutedToolCall(
        @JsonProperty("call_id") String callId,
        @JsonProperty("name") String name,
        @JsonProperty("arguments") Map<String, @Nullable Object> arguments,
        @JsonProperty("content") @Nullable Object content,
        @JsonProperty("error") @Nullable String error,
        @JsonProperty("duration_ms") long durationMs) {

    private static final int LONG_ERROR = 1000;

    /** The same, without what the tool said; of a long error the beginning. */
    ExecutedToolCall withoutContent() {
        String brief = error == null || error.length() <= LONG_ERROR ? error : error.substring(0, LONG_ERROR) + "…";
        return new ExecutedToolCall(callId, name, arguments, null, brief, durationMs);
    }
}
