package io.chatworker.examples.web;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a browser does not have yet, as one server-sent event.
 *
 * @param to where the browser is with it
 * @param restart true where it takes back what it shows
 * @param note why the request waits; empty where it no longer does, absent where nothing changed
 * @param end the last thing that comes
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Progress(
        @JsonIgnore Position to,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonProperty("restart")
        boolean restart,

        @JsonProperty("content") String content,
        @JsonProperty("thinking") String thinking,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("note") @Nullable
        String note,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("end") @Nullable
        Ending end) {}
