package io.chatworker.examples.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.chatworker.client.ChatException;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an answer ended.
 *
 * @param outcome {@code completed}, {@code failed} or {@code cancelled}
 * @param problem what went wrong, as a sentence
 * @param history what the next question sends back; absent where it would be too large
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Ending(
        @JsonProperty("outcome") String outcome,
        @JsonProperty("problem") @Nullable String problem,
        @JsonProperty("model") @Nullable String model,
        @JsonProperty("tokens") @Nullable Integer tokens,
        @JsonProperty("tokens_per_second") @Nullable Double tokensPerSecond,
        @JsonProperty("history") @Nullable List<ChatMessage> history) {

    static Ending of(TerminalEvent event) {
        return switch (event) {
            case Completed completed ->
                new Ending(
                        "completed",
                        null,
                        completed.model(),
                        completed.usage().evalCount(),
                        completed.timings().tokensPerSecond(),
                        completed.history());
            case Cancelled cancelled ->
                new Ending("cancelled", reason(cancelled), null, null, null, cancelled.history());
            case Failed failed -> failed(failed.error().message());
        };
    }

    static Ending of(ChatException why) {
        return failed(why.getMessage());
    }

    private static Ending failed(@Nullable String problem) {
        return new Ending("failed", problem, null, null, null, null);
    }

    private static @Nullable String reason(Cancelled cancelled) {
        return switch (cancelled.reason()) {
            case CANCELLED -> null;
            case DEADLINE_EXCEEDED -> "Its time was over.";
            case REQUESTER_GONE -> "Nobody was waiting for it any more.";
        };
    }
}
