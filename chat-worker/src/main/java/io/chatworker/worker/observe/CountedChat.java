package io.chatworker.worker.observe;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.CallEnd;
import io.chatworker.worker.run.CallStart;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.run.Outcome;
import io.chatworker.worker.tools.ToolOutcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts one chat. */
final class CountedChat implements ChatListener {

    /** More than that means a wrong clock, and would spoil the sum for good. */
    private static final long MAX_QUEUED_MS = Duration.ofDays(1).toMillis();

    private final ChatMetrics metrics;
    private boolean called;
    private String model = ModelLabels.OTHER;
    private String modelAsked = "";
    private long calledAt;
    private @Nullable WaitingReason waitsFor;

    CountedChat(ChatMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void received(boolean redelivered) {
        metrics.moved();
        metrics.received(redelivered);
    }

    @Override
    public void waiting(WaitingReason reason) {
        metrics.moved();
        waited();
        waitsFor = reason;
        metrics.holds(reason);
        metrics.held(reason, 1);
    }

    @Override
    public void waited() {
        if (waitsFor != null) {
            metrics.held(waitsFor, -1);
            waitsFor = null;
        }
    }

    @Override
    public TraceContext calling(CallStart call, TraceContext trace) {
        metrics.moved();
        Long queuedMs = call.queuedMs();
        if (!called && queuedMs != null && queuedMs <= MAX_QUEUED_MS) {
            metrics.queued(queuedMs);
        }
        called = true;
        modelAsked = call.model();
        model = metrics.models.of(modelAsked);
        calledAt = System.nanoTime();
        return trace;
    }

    @Override
    public void firstToken(Duration sinceStart) {
        metrics.moved();
        model = metrics.models.answered(modelAsked);
        metrics.firstToken(model, sinceStart, Duration.ofNanos(System.nanoTime() - calledAt));
    }

    @Override
    public void called(CallEnd end) {
        metrics.moved();
        metrics.called(model, end, Duration.ofNanos(System.nanoTime() - calledAt));
    }

    @Override
    public void retrying(ErrorCode code) {
        metrics.moved();
        metrics.retries(code);
    }

    @Override
    public void toolCalled(String name, ToolOutcome outcome, Duration took) {
        metrics.moved();
        metrics.toolCalled(name, outcome, took);
    }

    @Override
    public void summarized(int turns, boolean succeeded, Duration took) {
        metrics.moved();
        metrics.summarized(turns, succeeded, took);
    }

    @Override
    public void answered(Completed event) {
        metrics.moved();
        if (event.skippedLines() != null) {
            metrics.skippedLines(event.skippedLines());
        }
    }

    @Override
    public void confirmed(Duration sinceSent) {
        metrics.moved();
        metrics.confirmed(sinceSent);
    }

    @Override
    public void ended(Outcome outcome, Duration sinceDelivery) {
        metrics.moved();
        waited();
        metrics.ended(outcome, model, sinceDelivery);
    }
}
