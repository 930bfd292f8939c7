package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the worker asks a service that offers a tool, published to {@link Topology#tools()} under the function's name.
 * The answer is a {@link ToolResult} to the AMQP {@code reply_to}, by the default exchange, with the call's
 * {@code correlation_id}.
 *
 * @param callId random: names this one call
 * @param idempotencyKey the same for the same call of the same request in every delivery: a tool that must not act twice
 *     remembers it
 * @param name the function's name
 * @param deadline the worker waits for no result after it
 * @param metadata the request's own
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ToolCall(
        @JsonProperty("contract_version") int contractVersion,
        @JsonProperty("call_id") String callId,
        @JsonProperty("idempotency_key") String idempotencyKey,
        @JsonProperty("request_id") String requestId,
        @JsonProperty("conversation_id") String conversationId,
        @JsonProperty("attempt") int attempt,
        @JsonProperty("run") String run,
        @JsonProperty("name") String name,
        @JsonProperty("arguments") Map<String, @Nullable Object> arguments,

        @JsonProperty("deadline") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant deadline,

        @JsonProperty("metadata") @Nullable Map<String, @Nullable Object> metadata) {}
