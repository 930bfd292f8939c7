package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/** Tokens; a count that Ollama left out is 0. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Usage(
        @JsonProperty("prompt_eval_count") int promptEvalCount,
        @JsonProperty("eval_count") int evalCount,
        @JsonProperty("total_tokens") int totalTokens) {}
