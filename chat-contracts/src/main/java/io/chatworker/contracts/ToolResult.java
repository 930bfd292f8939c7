package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A service's answer to a {@link ToolCall}: either of the two. The first answer to a call counts.
 *
 * @param content any JSON: text goes to the model as it is, anything else as JSON
 * @param error why there is no content, for the model to read
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ToolResult(
        @JsonProperty("content") @Nullable Object content,
        @JsonProperty("error") @Nullable String error) {

    /** The tool has done what it was asked. */
    public static ToolResult of(Object content) {
        return new ToolResult(content, null);
    }

    /** The tool could not do it. */
    public static ToolResult failed(String error) {
        return new ToolResult(null, error);
    }
}
