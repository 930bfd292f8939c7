package io.chatworker.cli.view;

/** The keys of events in tests. */
public final class Events {

    private Events() {}

    public static String started() {
        return """
                "model": "m", "agent": "general", "worker": "w\"""";
    }

    public static String chunk(int sequence, String content) {
        return """
                "sequence": %d, "content": %s""".formatted(sequence, Json.line(content));
    }

    public static String completed(String content, int chunks) {
        return """
                "message_id": "a1", "created_at": "2026-11-21T10:00:00.000Z", "model": "m", "provider": "ollama",
                "worker": "w", "message": {"role": "assistant", "content": %s}, "done_reason": "stop", "chunks": %d,
                "usage": {"prompt_eval_count": 5, "eval_count": 7, "total_tokens": 12},
                "timings": {"time_to_first_token_ms": 123, "total_ms": 456, "load_duration_ns": 0,
                  "prompt_eval_duration_ns": 0, "eval_duration_ns": 0, "tokens_per_second": 12.345},
                "context_window": {"current_window": 4096, "usage_tokens": 12, "reason": "default"},
                "history": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]""".formatted(Json.line(content), chunks);
    }

    public static String failed(String code, String message) {
        return """
                "error": {"code": "%s", "message": %s, "details": {}}, "retryable": false, "chunks": 0""".formatted(code, Json.line(message));
    }
}
