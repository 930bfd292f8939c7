package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Stops a request, or what a conversation has asked so far, published to {@link Topology#control()}. Exactly one of
 * the ids is given.
 *
 * @param sentAt a conversation's cancel spares the requests sent after it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CancelCommand(
        @JsonProperty("request_id") @Nullable String requestId,
        @JsonProperty("conversation_id") @Nullable String conversationId,

        @JsonProperty("sent_at") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant sentAt) {}
