package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request failed.
 *
 * @param message for people
 * @param details for programs; {@code problems} holds a list of {@link Problem} for {@code invalid_request}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ChatError(
        @JsonProperty("code") ErrorCode code,
        @JsonProperty("message") String message,
        @JsonProperty("details") Map<String, @Nullable Object> details) {}
