package io.chatworker.worker.observe;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of the worker. Names are in Micrometer's form; {@link #exposed()} is what Prometheus sees. The table in
 * {@code ops/METRICS.md} is made of this.
 *
 * <p>To add one: a constant here, a meter for it by {@link Meters} (with every series that is known in advance, so that
 * the first increase is seen as one), and its row in the table, which a test compares.
 */
public enum Metric {
    // Requests.
    REQUESTS_RECEIVED("chat.requests.received", Kind.COUNTER, "", "Requests taken from the queue."),
    REQUESTS(
            "chat.requests",
            Kind.COUNTER,
            "",
            "Requests that are over, by how they ended: completed, failed (with the error code), cancelled, handed_back"
                    + " (requeued for another worker) or lost (the broker took the delivery back). With those in flight"
                    + " they add up to the requests received.",
            "outcome",
            "code"),
    REQUESTS_IN_FLIGHT("chat.requests.in.flight", Kind.GAUGE, "", "Requests being worked on, waiting ones included."),
    REQUESTS_REDELIVERED(
            "chat.requests.redelivered", Kind.COUNTER, "", "Received requests that a worker had been given before."),
    REQUESTS_HELD("chat.requests.held", Kind.GAUGE, "", "Requests in flight that wait at present, and why.", "reason"),
    HOLDS("chat.holds", Kind.COUNTER, "", "How often a request began to wait, and why.", "reason"),
    CONCURRENCY("chat.concurrency", Kind.GAUGE, "", "Requests answered at once at most."),
    DURATION(
            "chat.duration",
            Kind.HISTOGRAM,
            "seconds",
            "From delivery to settlement, with all tries and waits.",
            "outcome",
            "model"),
    QUEUE_WAIT(
            "chat.queue.wait",
            Kind.HISTOGRAM,
            "seconds",
            "From the sending of a request to its first attempt in this worker, where the sender gave a time."),
    TIME_TO_FIRST_TOKEN(
            "chat.time.to.first.token",
            Kind.HISTOGRAM,
            "seconds",
            "From the start of an attempt to its first token.",
            "model"),
    DEAD_LETTERS(
            "chat.dead.letters",
            Kind.COUNTER,
            "",
            "Requests put into the dead letters, by error code: something for an operator to look at.",
            "code"),
    REJECTED(
            "chat.rejected",
            Kind.COUNTER,
            "",
            "Requests that their senders got wrong, by error code; kept apart for a" + " day.",
            "code"),

    // Answers.
    TOKENS(
            "chat.tokens",
            Kind.COUNTER,
            "",
            "Tokens as Ollama counts them, read (input) and written (output).",
            "type",
            "model"),
    CHUNKS_PUBLISHED("chat.chunks.published", Kind.COUNTER, "", "Chunk events published."),
    TOOL_CALLS(
            "chat.tool.calls",
            Kind.COUNTER,
            "",
            "Tool calls of models, by the function's name and what became of them.",
            "tool",
            "outcome"),
    TOOL_DURATION(
            "chat.tool.duration", Kind.HISTOGRAM, "seconds", "From a tool call's publication to its result.", "tool"),
    TOOL_RESULTS_DROPPED(
            "chat.tool.results.dropped",
            Kind.COUNTER,
            "",
            "Results of tools that were late, sent twice or for no call of this worker."),
    SUMMARIES(
            "chat.summaries",
            Kind.COUNTER,
            "",
            "Attempts to put a summary in the place of turns that no longer fit the context: done or failed.",
            "outcome"),
    SUMMARY_DURATION(
            "chat.summary.duration",
            Kind.HISTOGRAM,
            "seconds",
            "From the failure that asked for a summary to its end, done or failed."),
    SUMMARIZED_TURNS("chat.summarized.turns", Kind.COUNTER, "", "Turns that a summary took the place of."),

    // Ollama.
    OLLAMA_UP("chat.ollama.up", Kind.GAUGE, "", "1 while Ollama answers, else 0."),
    OLLAMA_RETRIES(
            "chat.ollama.retries",
            Kind.COUNTER,
            "",
            "Calls to Ollama that failed and were tried again, by error code.",
            "code"),
    OLLAMA_SKIPPED_LINES("chat.ollama.skipped.lines", Kind.COUNTER, "", "Malformed lines of Ollama's, left out."),
    MODEL_LOAD(
            "chat.model.load",
            Kind.HISTOGRAM,
            "seconds",
            "How long Ollama took to load the model for a call that was answered; hardly anything where it was loaded.",
            "model"),
    CALL_DURATION(
            "gen_ai.client.operation.duration",
            Kind.HISTOGRAM,
            "seconds",
            "Calls to Ollama from the question to the end of the answer; error_type is the error code of those that"
                    + " failed, cancelled for those that were stopped.",
            "gen_ai.operation.name",
            "gen_ai.provider.name",
            "gen_ai.request.model",
            "error.type"),
    CALL_TIME_TO_FIRST_CHUNK(
            "gen_ai.client.operation.time_to_first_chunk",
            Kind.HISTOGRAM,
            "seconds",
            "From the question to Ollama's first line that says something.",
            "gen_ai.operation.name",
            "gen_ai.provider.name",
            "gen_ai.request.model"),
    CALL_TIME_PER_CHUNK(
            "gen_ai.client.operation.time_per_output_chunk",
            Kind.HISTOGRAM,
            "seconds",
            "From one line of an answer to the next; counted as lines come, added when the call is over.",
            "gen_ai.operation.name",
            "gen_ai.provider.name",
            "gen_ai.request.model"),
    CALL_TOKENS(
            "gen_ai.client.token.usage",
            Kind.HISTOGRAM,
            "",
            "Tokens of one answered call, read (input) and written (output).",
            "gen_ai.operation.name",
            "gen_ai.provider.name",
            "gen_ai.request.model",
            "gen_ai.token.type"),

    // The broker.
    BROKER_CONNECTED(
            "chat.broker.connected",
            Kind.GAUGE,
            "",
            "1 while the connection to the broker is open and set up, else 0.",
            "connection"),
    BROKER_RECONNECTS(
            "chat.broker.reconnects",
            Kind.COUNTER,
            "",
            "How often the connection was set up again after it had been lost.",
            "connection"),
    BROKER_BLOCKED(
            "chat.broker.blocked",
            Kind.COUNTER,
            "seconds",
            "How long the broker has blocked publishers, for its memory or disk alarm."),
    INTAKE_PAUSED(
            "chat.intake.paused", Kind.GAUGE, "", "1 while no requests are taken for this reason, else 0.", "reason"),
    INTAKE_PAUSES("chat.intake.pauses", Kind.COUNTER, "", "How often the taking of requests was paused.", "reason"),
    PUBLISH_UNCONFIRMED(
            "chat.publish.unconfirmed", Kind.GAUGE, "", "Messages written to the broker that it has not confirmed."),
    PUBLISH_CONFIRM(
            "chat.publish.confirm",
            Kind.HISTOGRAM,
            "seconds",
            "From the publication of a terminal event to the broker's confirm, with all repeats."),
    PUBLISH_NACKS("chat.publish.nacks", Kind.COUNTER, "", "Messages that a queue nacked."),
    PUBLISH_RESENT("chat.publish.resent", Kind.COUNTER, "", "Messages sent again on a fresh channel."),
    EVENTS_UNROUTABLE("chat.events.unroutable", Kind.COUNTER, "", "Terminal events that no queue is bound for."),
    EVENTS_RETURNED("chat.events.returned", Kind.COUNTER, "", "Events to a reply queue that is gone."),

    // The worker.
    BUILD(
            "chat.build.info",
            Kind.INFO,
            "",
            "Always 1; which build this is. Every worker has it, so it finds them all.",
            "version",
            "commit",
            "contract_version"),
    WORKER(
            "chat.worker.info",
            Kind.INFO,
            "",
            "Always 1; which worker this is, and where it takes requests from.",
            "worker",
            "namespace",
            "queue"),
    RESIDENT_MEMORY(
            "process.resident.memory", Kind.GAUGE, "bytes", "Memory of the process that is in RAM (Linux only).");

    /** What a metric is to Prometheus. */
    enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        /** A gauge that is always 1, for the sake of its labels. */
        INFO
    }

    private final String id;
    private final Kind kind;
    private final String unit;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is.
    private final List<String> labels;

    Metric(String id, Kind kind, String unit, String meaning, String... labels) {
        this.id = id;
        this.kind = kind;
        this.unit = unit;
        this.meaning = meaning;
        this.labels = List.of(labels);
    }

    String id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    /** Empty for a plain number. */
    String unit() {
        return unit;
    }

    /** For a reader who knows nothing of the worker's inside. */
    String meaning() {
        return meaning;
    }

    List<String> labels() {
        return labels;
    }

    /** The name that Prometheus sees; a histogram's series add {@code _bucket}, {@code _sum} and {@code _count}. */
    String exposed() {
        String name = id.replace('.', '_') + (unit.isEmpty() ? "" : "_" + unit);
        return kind == Kind.COUNTER ? name + "_total" : name;
    }

    /** The labels as Prometheus sees them. */
    List<String> exposedLabels() {
        return labels.stream().map(label -> label.replace('.', '_')).toList();
    }

    /** The metric of which this is a series' name, as {@code chat_duration_seconds_bucket}; null where there is none. */
    static @Nullable Metric ofSeries(String series) {
        return Arrays.stream(values())
                .filter(metric -> metric.exposed().equals(series)
                        || (metric.kind == Kind.HISTOGRAM
                                && series.startsWith(metric.exposed())
                                && List.of("_bucket", "_sum", "_count", "_max")
                                        .contains(series.substring(
                                                metric.exposed().length()))))
                .findFirst()
                .orElse(null);
    }
}
