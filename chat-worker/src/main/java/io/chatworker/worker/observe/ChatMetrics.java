package io.chatworker.worker.observe;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.run.CallEnd;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.run.Outcome;
import io.chatworker.worker.run.TokenGaps;
import io.chatworker.worker.tools.ToolOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of all chats. Always: received = the sum of requests by outcome + in flight. Series known in advance
 * start at zero, so that the first failure is an increase.
 */
public final class ChatMetrics {

    private static final String CHAT = "chat";
    private static final String OLLAMA = "ollama";
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";

    final ModelLabels models;
    private final Meters meters;
    private final ToolLabels tools = new ToolLabels();
    private final GapHistogram gaps = new GapHistogram(Metric.CALL_TIME_PER_CHUNK);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder moves = new LongAdder();
    private final Map<WaitingReason, AtomicInteger> held = new EnumMap<>(WaitingReason.class);

    public ChatMetrics(PrometheusMeterRegistry registry, int concurrency, ModelLabels models) {
        this.models = models;
        this.meters = new Meters(registry);
        registry.getPrometheusRegistry().register(gaps);
        meters.gauge(Metric.REQUESTS_IN_FLIGHT, inFlight::get);
        meters.gauge(Metric.CONCURRENCY, () -> concurrency);
        beginAtZero();
        beginAtZero(ModelLabels.OTHER);
        beginAtZero(models.ofDefault());
    }

    private void beginAtZero() {
        for (Metric metric : List.of(
                Metric.REQUESTS_RECEIVED,
                Metric.REQUESTS_REDELIVERED,
                Metric.OLLAMA_SKIPPED_LINES,
                Metric.SUMMARIZED_TURNS)) {
            meters.counter(metric);
        }
        meters.timer(Metric.TOOL_DURATION, ToolLabels.OTHER);
        for (Metric metric : List.of(Metric.QUEUE_WAIT, Metric.PUBLISH_CONFIRM, Metric.SUMMARY_DURATION)) {
            meters.timer(metric);
        }
        for (ErrorCode code : ErrorCode.values()) {
            meters.counter(Metric.REQUESTS, Outcomes.FAILED, code.wire());
            kept(code);
            if (code.retryable()) {
                meters.counter(Metric.OLLAMA_RETRIES, code.wire());
            }
        }
        for (String outcome : Outcomes.WITHOUT_CODE) {
            meters.counter(Metric.REQUESTS, outcome, "");
        }
        for (WaitingReason reason : WaitingReason.values()) {
            AtomicInteger waiting = new AtomicInteger();
            held.put(reason, waiting);
            meters.gauge(Metric.REQUESTS_HELD, waiting::get, reason.wire());
            meters.counter(Metric.HOLDS, reason.wire());
        }
        for (ToolOutcome outcome : ToolOutcome.values()) {
            meters.counter(Metric.TOOL_CALLS, ToolLabels.OTHER, outcome.label());
        }
        meters.counter(Metric.SUMMARIES, "done");
        meters.counter(Metric.SUMMARIES, "failed");
    }

    private void beginAtZero(String model) {
        Outcomes.ALL.forEach(outcome -> meters.timer(Metric.DURATION, outcome, model));
        meters.timer(Metric.TIME_TO_FIRST_TOKEN, model);
        meters.timer(Metric.MODEL_LOAD, model);
        for (String type : List.of(INPUT, OUTPUT)) {
            meters.counter(Metric.TOKENS, type, model);
            meters.tokens(Metric.CALL_TOKENS, CHAT, OLLAMA, model, type);
        }
        meters.timer(Metric.CALL_DURATION, CHAT, OLLAMA, model, "");
        meters.timer(Metric.CALL_TIME_TO_FIRST_CHUNK, CHAT, OLLAMA, model);
        gaps.add(new TokenGaps(), CHAT, OLLAMA, model);
    }

    /** Counts the next chat. */
    public ChatListener newListener() {
        return new CountedChat(this);
    }

    /** Requests in flight. */
    int chatsInFlight() {
        return inFlight.get();
    }

    /** How often a request has begun to wait for this. */
    int heldSoFar(WaitingReason reason) {
        return (int) meters.counter(Metric.HOLDS, reason.wire()).count();
    }

    /** How often anything has happened to any chat. */
    long moves() {
        return moves.sum();
    }

    /** Something happened to a chat. */
    void moved() {
        moves.increment();
    }

    void received(boolean redelivered) {
        inFlight.incrementAndGet();
        meters.counter(Metric.REQUESTS_RECEIVED).increment();
        if (redelivered) {
            meters.counter(Metric.REQUESTS_REDELIVERED).increment();
        }
    }

    void queued(long milliseconds) {
        meters.timer(Metric.QUEUE_WAIT).record(milliseconds, TimeUnit.MILLISECONDS);
    }

    void holds(WaitingReason reason) {
        meters.counter(Metric.HOLDS, reason.wire()).increment();
    }

    /** So many more, or fewer, wait for this. */
    void held(WaitingReason reason, int more) {
        AtomicInteger waiting = held.get(reason);
        if (waiting != null) {
            waiting.addAndGet(more);
        }
    }

    void firstToken(String model, Duration sinceStart, Duration sinceCall) {
        meters.timer(Metric.TIME_TO_FIRST_TOKEN, model).record(sinceStart);
        meters.timer(Metric.CALL_TIME_TO_FIRST_CHUNK, CHAT, OLLAMA, model).record(sinceCall);
    }

    void called(String model, CallEnd end, Duration took) {
        AnswerLine.Done done = end.done();
        meters.timer(Metric.CALL_DURATION, CHAT, OLLAMA, model, errorType(end.failure(), done != null))
                .record(took);
        gaps.add(end.gaps(), CHAT, OLLAMA, model);
        if (done != null) {
            meters.tokens(Metric.CALL_TOKENS, CHAT, OLLAMA, model, INPUT).record(done.promptEvalCount());
            meters.tokens(Metric.CALL_TOKENS, CHAT, OLLAMA, model, OUTPUT).record(done.evalCount());
            meters.counter(Metric.TOKENS, INPUT, model).increment(done.promptEvalCount());
            meters.counter(Metric.TOKENS, OUTPUT, model).increment(done.evalCount());
            meters.timer(Metric.MODEL_LOAD, model).record(done.loadDuration(), TimeUnit.NANOSECONDS);
        }
    }

    private static String errorType(@Nullable ErrorCode failure, boolean done) {
        return failure != null ? failure.wire() : done ? "" : "cancelled";
    }

    void retries(ErrorCode code) {
        meters.counter(Metric.OLLAMA_RETRIES, code.wire()).increment();
    }

    void skippedLines(int lines) {
        meters.counter(Metric.OLLAMA_SKIPPED_LINES).increment(lines);
    }

    void toolCalled(String name, ToolOutcome outcome, Duration took) {
        String tool = tools.of(name, outcome);
        meters.counter(Metric.TOOL_CALLS, tool, outcome.label()).increment();
        if (outcome != ToolOutcome.NOT_PUBLISHED) {
            meters.timer(Metric.TOOL_DURATION, tool).record(took);
        }
    }

    void summarized(int turns, boolean succeeded, Duration took) {
        meters.timer(Metric.SUMMARY_DURATION).record(took);
        meters.counter(Metric.SUMMARIES, succeeded ? "done" : "failed").increment();
        if (succeeded) {
            meters.counter(Metric.SUMMARIZED_TURNS).increment(turns);
        }
    }

    void confirmed(Duration sinceSent) {
        meters.timer(Metric.PUBLISH_CONFIRM).record(sinceSent);
    }

    /** The chat leaves the ones in flight last, so that whoever sees none sees all outcomes. */
    void ended(Outcome outcome, String model, Duration sinceDelivery) {
        String name = Outcomes.label(outcome);
        if (outcome instanceof Outcome.Failed failed) {
            meters.counter(Metric.REQUESTS, name, failed.code().wire()).increment();
            if (failed.deadLetter()) {
                kept(failed.code()).increment();
            }
        } else {
            meters.counter(Metric.REQUESTS, name, "").increment();
        }
        meters.timer(Metric.DURATION, name, model).record(sinceDelivery);
        inFlight.decrementAndGet();
    }

    /** Senders' mistakes are counted apart: they are nothing for an operator. */
    private Counter kept(ErrorCode code) {
        return meters.counter(code.isSendersMistake() ? Metric.REJECTED : Metric.DEAD_LETTERS, code.wire());
    }
}
