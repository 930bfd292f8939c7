package io.chatworker.standin;

import io.chatworker.standin.Exchange.Line;
import io.chatworker.standin.Exchange.Response;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The answer to a request.
 *
 * @param cut whether the connection closes after the last line
 * @param retouch applied to each line as it leaves
 */
record Answer(Response response, boolean cut, UnaryOperator<String> retouch) {

    /** Byte for byte. */
    static Answer recorded(String name) {
        return recorded(Exchanges.byName(name));
    }

    static Answer recorded(Exchange exchange) {
        return new Answer(exchange.response(), exchange.cut(), UnaryOperator.identity());
    }

    /** Byte for byte, except for the name of the model, which Ollama echoes, and the time. */
    static Answer echoing(Exchange exchange, String model) {
        return new Answer(exchange.response(), exchange.cut(), new Echo(model));
    }

    static Answer json(int status, String body) {
        return json(status, body, 0);
    }

    static Answer json(int status, String body, double atMs) {
        return whole(status, Map.of("Content-Type", "application/json; charset=utf-8"), body, atMs);
    }

    /** One JSON value per line, all at once. */
    static Answer lines(List<String> values) {
        var headers = Map.of("Content-Type", "application/x-ndjson", "Transfer-Encoding", "chunked");
        var lines = values.stream().map(value -> new Line(0, value + "\n")).toList();
        return new Answer(new Response(200, headers, 0, lines), false, UnaryOperator.identity());
    }

    static Answer text(int status, String body) {
        return whole(status, Map.of("Content-Type", "text/plain; charset=utf-8"), body, 0);
    }

    static Answer methodNotAllowed(String allowed) {
        var recorded = Exchanges.byName("method-wrong").response();
        return whole(recorded.status(), Map.of("Allow", allowed, "Content-Type", "text/plain"), recorded.body(), 0);
    }

    Answer retouched(UnaryOperator<String> touch) {
        return new Answer(response, cut, touch);
    }

    Answer cutOff() {
        return new Answer(response, true, retouch);
    }

    private static Answer whole(int status, Map<String, String> headers, String body, double atMs) {
        var response = new Response(status, headers, atMs, List.of(new Line(atMs, body)));
        return new Answer(response, false, UnaryOperator.identity());
    }
}
