package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is and can.
 *
 * @param queue where it takes its requests from
 * @param version the worker's own
 * @param limits the settings that bound a request, by their names in lower case
 * @param paused why no requests are taken now, absent while they are
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Description(
        @JsonProperty("worker") String worker,
        @JsonProperty("queue") String queue,
        @JsonProperty("version") String version,
        @JsonProperty("contract_version") int contractVersion,
        @JsonProperty("default_model") String defaultModel,
        @JsonProperty("models") List<Model> models,
        @JsonProperty("agents") List<String> agents,
        @JsonProperty("limits") Map<String, Object> limits,
        @JsonProperty("concurrency") int concurrency,
        @JsonProperty("in_flight") int inFlight,
        @JsonProperty("paused") @Nullable String paused) {

    /**
     * A model that Ollama has.
     *
     * @param allowed whether requests may name it
     * @param capabilities Ollama's words: {@code completion}, {@code tools}, {@code thinking}, {@code vision} …
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Model(
            @JsonProperty("name") String name,
            @JsonProperty("allowed") boolean allowed,
            @JsonProperty("capabilities") @Nullable List<String> capabilities,
            @JsonProperty("context_length") @Nullable Long contextLength) {}
}
