package io.chatworker.standin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import tools.jackson.databind.JsonNode;

/** The files of the exchanges. */
final class Transcript {

    private Transcript() {}

    static Exchange parse(String name, String json) {
        var root = Json.parse(json);
        return new Exchange(
                name,
                root.get("note").asString(),
                request(root.get("request")),
                response(root.get("response")),
                root.get("end").asString());
    }

    private static Exchange.Request request(JsonNode node) {
        var body = node.get("body");
        var text = body.isString() ? body.asString() : body.toString();
        return new Exchange.Request(
                node.get("method").asString(), node.get("path").asString(), text);
    }

    private static Exchange.Response response(JsonNode node) {
        var headers = new LinkedHashMap<String, String>();
        node.get("headers").forEachEntry((name, value) -> headers.put(name, value.asString()));
        var lines = new ArrayList<Exchange.Line>();
        for (var line : node.get("lines")) {
            lines.add(new Exchange.Line(line.get(0).asDouble(), line.get(1).asString()));
        }
        return new Exchange.Response(
                node.get("status").asInt(), headers, node.get("headers_at_ms").asDouble(), lines);
    }
}
