package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One thing wrong with a request.
 *
 * @param path JSON Pointer of the key, empty for the whole body
 * @param problem what is wrong and what is accepted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Problem(
        @JsonProperty("path") String path,
        @JsonProperty("problem") String problem) {}
