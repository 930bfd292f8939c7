package io.chatworker.standin;

import io.chatworker.standin.Exchange.Line;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Joins a streamed answer to one object, as Ollama does for a request with {@code "stream": false}. */
final class JoinedAnswer {

    private final List<JsonNode> lines;
    private final JsonNode last;

    private JoinedAnswer(List<JsonNode> lines) {
        this.lines = lines;
        this.last = lines.getLast();
    }

    static Answer of(Exchange exchange) {
        var recorded = exchange.response().lines();
        double atMs = recorded.getLast().atMs();
        var joined = new JoinedAnswer(
                recorded.stream().map(Line::text).map(Json::parse).toList());
        if (joined.last.has("error")) {
            // No status has been sent yet, so an error line becomes the status.
            return Answer.json(500, Json.write(joined.last), atMs);
        }
        var answer = Answer.json(200, Json.write(joined.object()), atMs);
        return exchange.cut() ? answer.cutOff() : answer;
    }

    private ObjectNode object() {
        var object = Json.object();
        last.forEachEntry((name, value) -> {
            object.set(name, name.equals("message") ? message() : value);
            if (name.equals("done_reason")) {
                putAll(object, "logprobs", elements("/logprobs"));
            }
        });
        return object;
    }

    private ObjectNode message() {
        var message = Json.object().put("role", "assistant").put("content", text("/message/content"));
        var thinking = text("/message/thinking");
        if (!thinking.isEmpty()) {
            message.put("thinking", thinking);
        }
        putAll(message, "tool_calls", elements("/message/tool_calls"));
        return message;
    }

    private String text(String pointer) {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.at(pointer).asString("")));
        return text.toString();
    }

    private List<JsonNode> elements(String pointer) {
        var elements = new ArrayList<JsonNode>();
        lines.forEach(line -> line.at(pointer).forEach(elements::add));
        return elements;
    }

    private static void putAll(ObjectNode object, String name, List<JsonNode> elements) {
        if (!elements.isEmpty()) {
            object.putArray(name).addAll(elements);
        }
    }
}
