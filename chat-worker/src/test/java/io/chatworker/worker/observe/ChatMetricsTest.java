package io.chatworker.worker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.CallEnd;
import io.chatworker.worker.run.CallStart;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.run.Outcome;
import io.chatworker.worker.run.TokenGaps;
import io.chatworker.worker.testing.Scrape;
import io.chatworker.worker.tools.ToolOutcome;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatMetricsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ChatMetrics metrics = new ChatMetrics(registry, 4, new ModelLabels("m", "installed"::equals));

    @Test
    void whatIsKnownInAdvanceStartsAtZero() {
        Scrape scrape = scrape();

        for (ErrorCode code : ErrorCode.values()) {
            assertThat(series(scrape, "chat_requests_total", code.wire())).hasSize(1);
            String kept = code.isSendersMistake() ? "chat_rejected_total" : "chat_dead_letters_total";
            assertThat(series(scrape, kept, code.wire())).hasSize(1);
        }
        for (String outcome : List.of("completed", "cancelled", "handed_back", "lost")) {
            assertThat(series(scrape, "chat_requests_total", outcome)).hasSize(1);
        }
        for (WaitingReason reason : WaitingReason.values()) {
            assertThat(series(scrape, "chat_holds_total", reason.wire())).hasSize(1);
            assertThat(series(scrape, "chat_requests_held", reason.wire())).hasSize(1);
        }
        assertThat(series(scrape, "gen_ai_client_operation_time_per_output_chunk_seconds_count", "m"))
                .hasSize(1);
        assertThat(scrape.series())
                .filteredOn(one -> !one.name().equals("chat_concurrency"))
                .allSatisfy(one -> assertThat(one.value()).as(one.toString()).isZero());
    }

    @Test
    void everyOutcomeAddsUpWithWhatIsInFlightToWhatWasReceived() {
        for (Outcome outcome : List.of(
                new Outcome.Completed(),
                new Outcome.Failed(ErrorCode.MODEL_NOT_FOUND, "", 1, true),
                new Outcome.Failed(ErrorCode.INVALID_REQUEST, "", 1, true),
                new Outcome.Failed(ErrorCode.OLLAMA_UNAVAILABLE, "", 1, false),
                new Outcome.Cancelled(CancelReason.CANCELLED),
                new Outcome.Requeued(),
                new Outcome.Lost())) {
            ChatListener chat = metrics.newListener();
            chat.received(false);
            assertThat(scrape().keepsTheLawOfSums()).isTrue();
            chat.ended(outcome, SECOND);
            assertThat(scrape().keepsTheLawOfSums()).isTrue();
        }
        metrics.newListener().received(true);

        Scrape scrape = scrape();
        assertThat(scrape.sum("chat_requests_received_total")).isEqualTo(8);
        assertThat(scrape.sum("chat_requests_in_flight")).isEqualTo(1);
        assertThat(scrape.sum("chat_requests_total")).isEqualTo(7);
        assertThat(scrape.sum("chat_requests_redelivered_total")).isEqualTo(1);
        assertThat(scrape.sum("chat_dead_letters_total")).isEqualTo(1);
        assertThat(scrape.sum("chat_rejected_total", "code=\"invalid_request\""))
                .isEqualTo(1);
        assertThat(scrape.sum("chat_duration_seconds_count")).isEqualTo(7);
        assertThat(scrape.keepsTheLawOfSums()).isTrue();
    }

    @Test
    void aCallIsCountedUnderTheConventionsNames() {
        ChatListener chat = metrics.newListener();
        chat.received(false);
        chat.calling(call("M:latest"), TraceContext.NONE);
        chat.firstToken(SECOND);
        chat.called(new CallEnd(null, new AnswerLine.Done("stop", 2_000_000_000L, 20, 1, 30, 1), new TokenGaps()));

        Scrape scrape = scrape();
        String ofModel = "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"ollama\",gen_ai_request_model=\"m\"";
        assertThat(scrape.sum("gen_ai_client_operation_duration_seconds_count", ofModel, "error_type=\"\""))
                .isEqualTo(1);
        assertThat(scrape.sum("gen_ai_client_operation_time_to_first_chunk_seconds_count", ofModel))
                .isEqualTo(1);
        assertThat(scrape.sum("gen_ai_client_token_usage_sum", ofModel, "gen_ai_token_type=\"input\""))
                .isEqualTo(20);
        assertThat(scrape.sum("gen_ai_client_token_usage_bucket", "gen_ai_token_type=\"output\"", "\"m\"", "le=\"64"))
                .isEqualTo(1);
        assertThat(scrape.sum("chat_tokens_total", "type=\"output\"", "model=\"m\""))
                .isEqualTo(30);
        assertThat(scrape.sum("chat_time_to_first_token_seconds_sum", "model=\"m\""))
                .isEqualTo(1);
        assertThat(scrape.sum("chat_model_load_seconds_sum", "model=\"m\"")).isEqualTo(2);
        assertThat(scrape.sum("chat_queue_wait_seconds_sum")).isEqualTo(0.25);
    }

    @Test
    void theTimeInTheQueueCountsOnceHoweverOftenARequestIsTried() {
        ChatListener chat = metrics.newListener();
        chat.calling(call("m"), TraceContext.NONE);
        chat.calling(call("m"), TraceContext.NONE);

        assertThat(scrape().sum("chat_queue_wait_seconds_count")).isEqualTo(1);
    }

    @Test
    void aCallThatFailedOrWasStoppedSaysSo() {
        ChatListener chat = metrics.newListener();
        chat.calling(call("m"), TraceContext.NONE);
        chat.called(new CallEnd(ErrorCode.OLLAMA_BUSY, null, new TokenGaps()));
        chat.calling(call("m"), TraceContext.NONE);
        chat.called(new CallEnd(null, null, new TokenGaps()));

        for (String error : List.of("ollama_busy", "cancelled")) {
            assertThat(scrape().sum("gen_ai_client_operation_duration_seconds_count", "error_type=\"" + error))
                    .isEqualTo(1);
        }
    }

    @Test
    void whatWaitsIsCountedForItsLatestReasonUntilItsEnd() {
        ChatListener chat = metrics.newListener();
        chat.waiting(WaitingReason.RETRY);
        chat.waiting(WaitingReason.OLLAMA_UNAVAILABLE);

        assertThat(scrape().sum("chat_requests_held", "reason=\"retry\"")).isZero();
        assertThat(scrape().sum("chat_requests_held", "reason=\"ollama_unavailable\""))
                .isEqualTo(1);
        chat.ended(new Outcome.Requeued(), SECOND);
        assertThat(scrape().sum("chat_requests_held")).isZero();
        assertThat(scrape().sum("chat_holds_total")).isEqualTo(2);
    }

    @Test
    void noSenderCanMakeSeriesWithoutEndByTheNamesOfTools() {
        ChatListener chat = metrics.newListener();
        for (int i = 0; i < 100; i++) {
            chat.toolCalled("tool" + i, ToolOutcome.NO_SERVICE, SECOND);
        }

        assertThat(scrape().sum("chat_tool_calls_total", "tool=\"tool49\"")).isEqualTo(1);
        assertThat(scrape().sum("chat_tool_calls_total", "tool=\"other\"")).isEqualTo(50);
    }

    @Test
    void toolCallsAndSummariesAreCountedByWhatBecameOfThem() {
        ChatListener chat = metrics.newListener();
        chat.toolCalled("lookup", ToolOutcome.CONTENT, SECOND);
        chat.toolCalled("lookup", ToolOutcome.NOT_PUBLISHED, Duration.ZERO);
        chat.summarized(6, true, SECOND);
        chat.summarized(4, false, SECOND);

        assertThat(scrape().sum("chat_tool_calls_total", "outcome=\"content\"", "tool=\"lookup\""))
                .isEqualTo(1);
        assertThat(scrape().sum("chat_tool_calls_total", "outcome=\"not_published\"", "tool=\"other\""))
                .isEqualTo(1);
        assertThat(scrape().sum("chat_tool_calls_total")).isEqualTo(2);
        assertThat(scrape().sum("chat_tool_duration_seconds_count")).isEqualTo(1);
        assertThat(scrape().sum("chat_summaries_total", "outcome=\"failed\"")).isEqualTo(1);
        assertThat(scrape().sum("chat_summary_duration_seconds_count")).isEqualTo(2);
        assertThat(scrape().sum("chat_summarized_turns_total")).isEqualTo(6);
    }

    private Scrape scrape() {
        return Scrape.of(registry.scrape());
    }

    private static List<Scrape.Series> series(Scrape scrape, String name, String label) {
        return scrape.series().stream()
                .filter(one -> one.name().equals(name) && one.labels().contains("\"" + label + "\""))
                .toList();
    }

    private static CallStart call(String model) {
        return new CallStart(1, model, "general", 250L, true, Map.of());
    }
}
