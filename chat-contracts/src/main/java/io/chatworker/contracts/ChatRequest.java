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
 * A question for the worker, published to the exchange {@link Topology#requests()}. Every key may be absent; what
 * absence means stands in the module's README. Something to answer must be there: {@code message}, or
 * {@code messages} that end with a turn of the user or of a tool.
 *
 * @param requestId names this one request ({@code [A-Za-z0-9_-]{1,64}}); a retry or replay takes a new one
 * @param sentAt when the request was sent, with milliseconds
 * @param toolRounds how often the worker may have the model's tool calls carried out and ask again
 * @param think true, false, or a level that the model knows
 * @param format {@code "json"} or a JSON schema object
 * @param keepAlive a number of seconds or a Go duration such as {@code "5m"}
 * @param deadline past it the request is not started, or stopped
 * @param metadata at most 4 KiB as JSON; comes back in the terminal event
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChatRequest(
        @JsonProperty("request_id") @Nullable String requestId,
        @JsonProperty("conversation_id") @Nullable String conversationId,

        @JsonProperty("sent_at") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant sentAt,

        @JsonProperty("message") @Nullable String message,
        @JsonProperty("messages") @Nullable List<ChatMessage> messages,
        @JsonProperty("regenerate") @Nullable Boolean regenerate,
        @JsonProperty("agent") @Nullable String agent,
        @JsonProperty("system") @Nullable String system,
        @JsonProperty("model") @Nullable String model,
        @JsonProperty("stream") @Nullable Boolean stream,
        @JsonProperty("options") @Nullable GenerationOptions options,
        @JsonProperty("think") @Nullable Object think,
        @JsonProperty("overflow") @Nullable Overflow overflow,
        @JsonProperty("tool_rounds") @Nullable Integer toolRounds,
        @JsonProperty("tools") @Nullable List<Map<String, Object>> tools,
        @JsonProperty("format") @Nullable Object format,
        @JsonProperty("keep_alive") @Nullable Object keepAlive,
        @JsonProperty("logprobs") @Nullable Boolean logprobs,
        @JsonProperty("top_logprobs") @Nullable Integer topLogprobs,

        @JsonProperty("deadline") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant deadline,

        @JsonProperty("when_unavailable") @Nullable WhenUnavailable whenUnavailable,
        @JsonProperty("history_limit") @Nullable Integer historyLimit,
        @JsonProperty("return_history") @Nullable Boolean returnHistory,
        @JsonProperty("metadata") @Nullable Map<String, @Nullable Object> metadata) {

    /** A request that is a message and nothing else. */
    public static ChatRequest of(String message) {
        return builder().message(message).build();
    }

    /** A request made key by key. */
    public static ChatRequestBuilder builder() {
        return new ChatRequestBuilder();
    }

    /** This request, to be made another; mind that a retry takes a new id. */
    public ChatRequestBuilder toBuilder() {
        return new ChatRequestBuilder(this);
    }
}
