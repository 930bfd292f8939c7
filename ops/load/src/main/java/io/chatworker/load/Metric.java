package io.chatworker.load;

/** The metrics of a trial, in the order shown. A token of {@code tool-call} is a whole tool call. */
enum Metric {
    TOKENS("tokens_per_second", "tokens/s", 0),
    CPU("cpu_us_per_token", "CPU \u00b5s/token", 1),
    ANSWER_CPU("cpu_ms_per_answer", "", 1),
    BROKER_CPU("broker_cpu_us_per_token", "broker CPU \u00b5s/token", 1),
    LATENCY_P25("latency_p25_ms", "", 2),
    LATENCY_P50("latency_p50_ms", "added latency p50 ms", 2),
    LATENCY_P75("latency_p75_ms", "", 2),
    LATENCY_P90("latency_p90_ms", "", 2),
    LATENCY_P95("latency_p95_ms", "", 2),
    LATENCY_P99("latency_p99_ms", "  p99", 2),
    LATENCY_P999("latency_p99_9_ms", "  p99.9", 2),
    FIRST_P50("first_token_p50_ms", "added to first token p50 ms", 2),
    FIRST_P99("first_token_p99_ms", "  p99", 2),
    CHUNKS("chunks_per_token", "chunks/token", 3),
    CHUNK_BYTES("bytes_per_chunk", "bytes/chunk", 0),
    GARBAGE("garbage_bytes_per_token", "garbage bytes/token", 0),
    PEAK("peak_resident_mib", "peak resident MiB", 0),
    THREADS("threads", "threads", 0),
    READY("ready_s", "ready after s", 2),
    ANSWERS("answers", "answers ended", 0),
    DISORDER("disorder", "out of order", 0),
    LOST("lost", "lost", 0),
    FAILED("failed", "failed answers", 0);

    /** Its key in JSON. */
    final String key;

    /** Its name in the table; empty for one that only the JSON has. */
    final String title;

    final int digits;

    Metric(String key, String title, int digits) {
        this.key = key;
        this.title = title;
        this.digits = digits;
    }

    boolean isInTable() {
        return !title.isEmpty();
    }

    /** Whether anything but 0 means that the subject is faulty. */
    boolean isFault() {
        return this == DISORDER || this == LOST || this == FAILED;
    }
}
