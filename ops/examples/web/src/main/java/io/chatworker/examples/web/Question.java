package io.chatworker.examples.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the page may ask: a part of a {@link ChatRequest}, so that a browser chooses no agent, tool or option. */
record Question(
        @JsonProperty("conversation_id") @Nullable String conversationId,
        @JsonProperty("message") @Nullable String message,
        @JsonProperty("messages") @Nullable List<ChatMessage> messages,
        @JsonProperty("regenerate") @Nullable Boolean regenerate,
        @JsonProperty("model") @Nullable String model,
        @JsonProperty("think") @Nullable Boolean think) {

    ChatRequest request() {
        return ChatRequest.builder()
                .conversationId(conversationId)
                .message(message)
                .messages(messages == null ? List.of() : messages)
                .regenerate(regenerate)
                .model(model)
                .think(think)
                .build();
    }
}
