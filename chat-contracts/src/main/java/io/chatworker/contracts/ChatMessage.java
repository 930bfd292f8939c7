package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation, as Ollama's {@code /api/chat} takes and gives it.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param images base64 each (RFC 4648 section 4), line breaks allowed, without a {@code data:} prefix
 * @param toolCalls objects of the form {@code {"id"?, "function": {"name", "arguments": {…}}}}
 * @param other keys that are not Ollama's: kept in {@code history}, never sent to Ollama; {@code summary: true} marks a
 *     {@link #summary}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ChatMessage(
        @JsonProperty("role") String role,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("content") @Nullable
        String content,

        @JsonProperty("thinking") @Nullable String thinking,
        @JsonProperty("images") @Nullable List<String> images,
        @JsonProperty("tool_calls") @Nullable List<Map<String, Object>> toolCalls,
        @JsonProperty("tool_name") @Nullable String toolName,
        @JsonProperty("tool_call_id") @Nullable String toolCallId,
        @JsonAnySetter @JsonAnyGetter @Nullable Map<String, @Nullable Object> other) {

    public static final String SYSTEM = "system";
    public static final String USER = "user";
    public static final String ASSISTANT = "assistant";
    public static final String TOOL = "tool";

    private static final String SUMMARY = "summary";

    // A turn that is read without other keys comes with an empty map: it equals one made without.
    public ChatMessage {
        other = other == null || other.isEmpty() ? null : other;
    }

    public static ChatMessage system(String content) {
        return text(SYSTEM, content);
    }

    public static ChatMessage user(String content) {
        return text(USER, content);
    }

    public static ChatMessage assistant(String content) {
        return text(ASSISTANT, content);
    }

    /** A system turn that stands for turns which no longer fitted; the next request sends it back like any other. */
    public static ChatMessage summary(String content) {
        return new ChatMessage(SYSTEM, content, null, null, null, null, null, Map.of(SUMMARY, true));
    }

    /** Whether this is a {@link #summary}. */
    public boolean holdsSummary() {
        return role.equals(SYSTEM) && other != null && Boolean.TRUE.equals(other.get(SUMMARY));
    }

    private static ChatMessage text(String role, String content) {
        return new ChatMessage(role, content, null, null, null, null, null, null);
    }
}
