package io.chatworker.worker.observe;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.publish.PublishCounts;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.run.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts chats. Always: received = the sum of requests by outcome + in flight. Series known in advance start at zero, so
 * that the first failure is an increase.
 */
public final class ChatMetrics implements ChatListener {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofMillis(80),
        Duration.ofMillis(160), Duration.ofMillis(320), Duration.ofMillis(640), Duration.ofMillis(1280),
        Duration.ofMillis(2560), Duration.ofMillis(5120), Duration.ofMillis(10240), Duration.ofMillis(20480),
        Duration.ofMillis(40960), Duration.ofMillis(81920), Duration.ofMillis(163840), Duration.ofMillis(327680)
    };

    private static final int MAX_MODELS = 100;
    private static final long MAX_QUEUED_MS = Duration.ofDays(1).toMillis();

    private final MeterRegistry registry;
    private final Set<String> models = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Counter received;
    private final Timer queueWait;
    private final Timer timeToFirstToken;
    private final Counter skippedLines;

    public ChatMetrics(MeterRegistry registry, int concurrency, String defaultModel) {
        this.registry = registry;
        this.received = Counter.builder("chat.requests.received")
                .description("Requests taken from the queue")
                .register(registry);
        this.queueWait = timer("chat.queue.wait", "Time from sending a request to the start of its attempt");
        this.timeToFirstToken =
                timer("chat.time.to.first.token", "Time from the start of an attempt to its first token");
        this.skippedLines = Counter.builder("chat.ollama.skipped.lines")
                .description("Malformed lines of Ollama")
                .register(registry);
        Gauge.builder("chat.requests.in.flight", inFlight, AtomicInteger::get)
                .description("Requests being worked on")
                .register(registry);
        Gauge.builder("chat.concurrency", () -> concurrency)
                .description("Requests answered at once at most")
                .register(registry);
        for (ErrorCode code : ErrorCode.values()) {
            outcome("failed", code.wire());
            kept(code);
            if (code.retryable()) {
                retries(code);
            }
        }
        for (String outcome : List.of("completed", "failed", "cancelled", "handed_back")) {
            duration(outcome);
            if (!outcome.equals("failed")) {
                outcome(outcome, "");
            }
        }
        tokens("input", label(defaultModel));
        tokens("output", label(defaultModel));
    }

    /** Adds the counters of the publisher. */
    public void watch(PublishCounts counts) {
        count("chat.chunks.published", "Chunk events published", counts.chunks);
        count("chat.events.unroutable", "Terminal events without a bound queue", counts.unroutable);
        count("chat.events.returned", "Events to a reply queue that is gone", counts.returned);
        count("chat.publish.nacks", "Messages that a queue nacked", counts.nacked);
        count("chat.publish.resent", "Messages sent again on a fresh channel", counts.resent);
    }

    /** Adds the gauges of health. */
    public void watch(WorkerHealth health) {
        gauge("consume", health::isConsuming);
        gauge("publish", health::isPublishing);
        Gauge.builder("chat.ollama.up", () -> health.isOllamaUp() ? 1 : 0)
                .description("Whether Ollama answers")
                .register(registry);
    }

    @Override
    public void received() {
        received.increment();
        inFlight.incrementAndGet();
    }

    @Override
    public void started(@Nullable Long queuedMs) {
        // More than that means a wrong clock, and would spoil the sum for good.
        if (queuedMs != null && queuedMs <= MAX_QUEUED_MS) {
            queueWait.record(queuedMs, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void firstToken(Duration sinceStart) {
        timeToFirstToken.record(sinceStart);
    }

    @Override
    public void retrying(ErrorCode code) {
        retries(code).increment();
    }

    @Override
    public void answered(Completed event) {
        String model = label(event.model());
        tokens("input", model).increment(event.usage().promptEvalCount());
        tokens("output", model).increment(event.usage().evalCount());
        if (event.skippedLines() != null) {
            skippedLines.increment(event.skippedLines());
        }
    }

    @Override
    public void ended(Outcome outcome, Duration sinceDelivery) {
        inFlight.decrementAndGet();
        String name = switch (outcome) {
            case Outcome.Completed _ -> "completed";
            case Outcome.Failed _ -> "failed";
            case Outcome.Cancelled _ -> "cancelled";
            case Outcome.Requeued _, Outcome.Lost _ -> "handed_back";
        };
        outcome(name, outcome instanceof Outcome.Failed failed ? failed.code().wire() : "")
                .increment();
        if (outcome instanceof Outcome.Failed failed && failed.deadLetter()) {
            kept(failed.code()).increment();
        }
        duration(name).record(sinceDelivery);
    }

    /** Senders' mistakes are counted apart: they are nothing for an operator. */
    private Counter kept(ErrorCode code) {
        boolean rejected = code.isSendersMistake();
        return Counter.builder(rejected ? "chat.rejected" : "chat.dead.letters")
                .description(
                        rejected
                                ? "Requests that their senders got wrong, kept for a day"
                                : "Requests kept in the dead letters")
                .tag("code", code.wire())
                .register(registry);
    }

    private Timer duration(String outcome) {
        return Timer.builder("chat.duration")
                .description("From delivery to settlement")
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** Ollama accepts a name in any spelling; they must not become separate series. */
    private String label(String model) {
        String name = model.strip().toLowerCase(Locale.ROOT);
        if (models.size() < MAX_MODELS) {
            models.add(name);
        }
        return models.contains(name) ? name : "other";
    }

    private Counter outcome(String outcome, String code) {
        return Counter.builder("chat.requests")
                .description("Requests by how they ended")
                .tag("outcome", outcome)
                .tag("code", code)
                .register(registry);
    }

    private Counter retries(ErrorCode code) {
        return Counter.builder("chat.ollama.retries")
                .description("Failed calls to Ollama that were retried")
                .tag("code", code.wire())
                .register(registry);
    }

    private Counter tokens(String type, String model) {
        return Counter.builder("chat.tokens")
                .description("Tokens as Ollama counts them")
                .tag("type", type)
                .tag("model", model)
                .register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private void count(String name, String description, LongAdder adder) {
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .description(description)
                .register(registry);
    }

    private void gauge(String connection, java.util.function.BooleanSupplier open) {
        Gauge.builder("chat.broker.connected", () -> open.getAsBoolean() ? 1 : 0)
                .description("Whether the connection to the broker is open and set up")
                .tag("connection", connection)
                .register(registry);
    }
}
