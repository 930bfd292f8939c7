package io.chatworker.worker.testing;

import io.chatworker.standin.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * One answer of {@link ScriptedOllama}: status, headers, and steps that are taken in order. As with Ollama itself no
 * byte leaves, headers included, before the first step that says something. Built by one thread, then only read.
 */
public final class ScriptedAnswer {

    /** What the server does next. */
    sealed interface Step {
        /** Sends these bytes. */
        record Send(String text) implements Step {}

        /** Waits until the test gives the signal, or the client goes. */
        record Await(CountDownLatch signal) implements Step {}

        /** Takes so long, as a model does, or until the client goes. */
        record Pause(Duration length) implements Step {}

        /** Says nothing more until the client goes. */
        record Stall() implements Step {}

        /** Closes the connection where it is. */
        record Cut() implements Step {}
    }

    final int status;
    final Map<String, String> headers;
    final List<Step> steps = new ArrayList<>();

    private ScriptedAnswer(int status, Map<String, String> headers) {
        this.status = status;
        this.headers = headers;
    }

    /** What a real Ollama answered, with its end; all of it at once. */
    public static ScriptedAnswer recorded(Exchange exchange) {
        Map<String, String> headers = new LinkedHashMap<>(exchange.response().headers());
        ScriptedAnswer answer = new ScriptedAnswer(exchange.response().status(), headers);
        exchange.response().lines().forEach(line -> answer.raw(line.text()));
        return exchange.cut() ? answer.cut() : answer;
    }

    /** A stream of lines, which the steps after this fill. */
    public static ScriptedAnswer streaming() {
        return new ScriptedAnswer(200, Map.of("Content-Type", "application/x-ndjson", "Transfer-Encoding", "chunked"));
    }

    /** The stream that says these pieces, one a line, and is done. */
    public static ScriptedAnswer saying(String... pieces) {
        return streaming().text(pieces).done();
    }

    /** Ollama's JSON error. */
    public static ScriptedAnswer error(int status, String text) {
        return status(status, "application/json; charset=utf-8", "{\"error\":" + Json.quoted(text) + "}");
    }

    public static ScriptedAnswer status(int status, String contentType, String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("Transfer-Encoding", "chunked");
        return new ScriptedAnswer(status, headers).raw(body);
    }

    /** Takes the request and closes the connection. */
    public static ScriptedAnswer closedBeforeHeaders() {
        return streaming().cut();
    }

    public int status() {
        return status;
    }

    public ScriptedAnswer header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Lines of content. */
    public ScriptedAnswer text(String... pieces) {
        for (String piece : pieces) {
            raw("{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                    + "\"content\":" + Json.quoted(piece) + "},\"done\":false}\n");
        }
        return this;
    }

    /** A line with these tool calls, each JSON. */
    public ScriptedAnswer calls(String... calls) {
        return raw("{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                + "\"content\":\"\",\"tool_calls\":[" + String.join(",", calls) + "]},\"done\":false}\n");
    }

    /** The last line: 11 tokens read, 7 said. */
    public ScriptedAnswer done() {
        return raw("{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                + "\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":9,\"load_duration\":1,"
                + "\"prompt_eval_count\":11,\"prompt_eval_duration\":2,\"eval_count\":7,"
                + "\"eval_duration\":3000000}\n");
    }

    /** Any bytes, as they are. */
    public ScriptedAnswer raw(String text) {
        steps.add(new Step.Send(text));
        return this;
    }

    public ScriptedAnswer await(CountDownLatch signal) {
        steps.add(new Step.Await(signal));
        return this;
    }

    public ScriptedAnswer pause(Duration length) {
        steps.add(new Step.Pause(length));
        return this;
    }

    public ScriptedAnswer stall() {
        steps.add(new Step.Stall());
        return this;
    }

    public ScriptedAnswer cut() {
        steps.add(new Step.Cut());
        return this;
    }
}
