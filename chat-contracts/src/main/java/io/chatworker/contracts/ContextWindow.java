package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The context window that the answer was given in.
 *
 * @param currentWindow tokens that fit
 * @param usageTokens tokens of it that prompt and answer took
 * @param reason what decided the size
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ContextWindow(
        @JsonProperty("current_window") long currentWindow,
        @JsonProperty("usage_tokens") int usageTokens,
        @JsonProperty("reason") ContextWindowReason reason) {}
