package io.chatworker.worker.tools;

import io.chatworker.contracts.ExecutedToolCall;
import io.chatworker.contracts.ToolCall;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one turn of the model: published together, then waited for together. Each ends with the first thing that
 * is heard of it, or when its time is over. For the chat's own thread; what is heard comes from others through a queue.
 */
final class Round<X extends Exception> {

    /** Calls of one turn that are published; those beyond end at once. */
    static final int MAX_CALLS = 16;

    /** A call that was published, as the one at this place in the turn; times are {@link System#nanoTime()}'s. */
    private record Open(int place, AskedCall asked, long publishedAt, long until) {

        ToolEnd unanswered() {
            long millis = (until - publishedAt) / 1_000_000;
            String waited = millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
            return ToolEnd.error(ToolOutcome.TIMEOUT, "no answer within " + waited);
        }
    }

    /** {@code end} is null for the stop. */
    private record Heard(String callId, @Nullable ToolEnd end) {}

    private static final Heard STOP = new Heard("", null);

    private final Caller caller;
    private final Tools tools;
    private final StopSignal stopped;
    private final RoundEvents<X> events;

    /** One for each open call at most, and the stop. */
    private final LinkedBlockingQueue<Heard> heard = new LinkedBlockingQueue<>(MAX_CALLS + 1);

    private final Map<String, Open> open = new LinkedHashMap<>();
    private final Map<Integer, ExecutedToolCall> ended = new TreeMap<>();
    private int published;

    Round(Caller caller, Tools tools, StopSignal stopped, RoundEvents<X> events) {
        this.caller = caller;
        this.tools = tools;
        this.stopped = stopped;
        this.events = events;
    }

    /** How each call ended, in their order; empty where it was stopped. */
    Optional<List<ExecutedToolCall>> carryOut(List<AskedCall> asked) throws X {
        try (StopSignal.Registration _ = stopped.onStop(() -> heard.offer(STOP))) {
            for (int place = 0; place < asked.size() && !isOver(); place++) {
                begin(place, asked.get(place));
            }
            while (!open.isEmpty() && !isOver()) {
                awaitOne();
            }
        } finally {
            open.forEach(this::giveUp);
        }
        return isOver() ? Optional.empty() : Optional.of(List.copyOf(ended.values()));
    }

    private void giveUp(String callId, Open call) {
        tools.waiting().forget(callId);
        events.stopped(call.asked().name(), Duration.ofNanos(System.nanoTime() - call.publishedAt()));
    }

    private boolean isOver() {
        return stopped.isStopped() || Thread.currentThread().isInterrupted();
    }

    private void begin(int place, AskedCall asked) throws X {
        String callId = UUID.randomUUID().toString().replace("-", "");
        String refusal = published < MAX_CALLS
                ? asked.refusal(caller.request().names())
                : "more than " + MAX_CALLS + " calls at once are not carried out";
        ToolEnd unpublished =
                refusal == null ? publish(place, callId, asked) : ToolEnd.error(ToolOutcome.NOT_PUBLISHED, refusal);
        if (unpublished != null && !isOver()) {
            end(place, callId, asked, unpublished, 0);
        }
    }

    /** Why the call is not on its way, or null where it is. */
    private @Nullable ToolEnd publish(int place, String callId, AskedCall asked) throws X {
        long publishedAt = System.nanoTime();
        // The deadline ends the wait by its stop: ended by a clock of its own, the model would be asked once more.
        Duration timeout = tools.settings().timeout();
        String replyTo = tools.replies().awaitName(timeout, stopped);
        if (replyTo == null) {
            return ToolEnd.error(ToolOutcome.TIMEOUT, "no answer: the worker has no queue for results");
        }
        ToolCall call = caller.call(callId, asked, Instant.now().plus(caller.timeLeft(timeout)));
        tools.waiting().expect(callId, end -> heard.offer(new Heard(callId, end)));
        open.put(callId, new Open(place, asked, publishedAt, publishedAt + timeout.toNanos()));
        ToolEnd refused = tools.carrier()
                .carry(
                        call,
                        replyTo,
                        caller.request().traceHeaders(),
                        stopped,
                        end -> tools.waiting().end(callId, end));
        if (refused == null) {
            published++;
            events.published(call);
        } else {
            open.remove(callId);
            tools.waiting().forget(callId);
        }
        return refused;
    }

    private void awaitOne() throws X {
        long now = System.nanoTime();
        long first = open.values().stream()
                .mapToLong(call -> call.until() - now)
                .min()
                .orElse(0);
        try {
            Heard next = heard.poll(Math.max(0, first), TimeUnit.NANOSECONDS);
            if (next == null) {
                endOverdue();
            } else if (next.end() != null) {
                end(next.callId(), next.end());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endOverdue() throws X {
        long now = System.nanoTime();
        for (Map.Entry<String, Open> call : List.copyOf(open.entrySet())) {
            if (call.getValue().until() - now <= 0) {
                tools.waiting().forget(call.getKey());
                end(call.getKey(), call.getValue().unanswered());
            }
        }
    }

    private void end(String callId, ToolEnd end) throws X {
        Open call = open.remove(callId);
        if (call != null) {
            long duration = (System.nanoTime() - call.publishedAt()) / 1_000_000;
            end(call.place(), callId, call.asked(), end, duration);
        }
    }

    private void end(int place, String callId, AskedCall asked, ToolEnd end, long durationMs) throws X {
        ExecutedToolCall call =
                new ExecutedToolCall(callId, asked.name(), asked.arguments(), end.content(), end.error(), durationMs);
        ended.put(place, call);
        events.ended(call, end.outcome());
    }
}
