package io.chatworker.standin;

import java.time.Instant;
import java.util.ArrayList;
import tools.jackson.databind.node.ObjectNode;

/** The answer to a question that none of the recordings answers: it says so, and has no figures, as no model ran. */
final class NoRecording {

    static final String SENTENCE =
            "This is the stand-in for Ollama: it plays recorded answers, and it has none to this question.";

    private NoRecording() {}

    static Answer answer(ChatCall call) {
        if (!call.stream()) {
            return Answer.json(200, Json.write(end(call, SENTENCE)));
        }
        var lines = new ArrayList<String>();
        for (var word : SENTENCE.split("(?= )", -1)) {
            lines.add(Json.write(line(call, word).put("done", false)));
        }
        lines.add(Json.write(end(call, "")));
        return Answer.lines(lines);
    }

    private static ObjectNode line(ChatCall call, String content) {
        var line = Json.object()
                .put("model", call.model())
                .put("created_at", Instant.now().toString());
        line.putObject("message").put("role", "assistant").put("content", content);
        return line;
    }

    private static ObjectNode end(ChatCall call, String content) {
        return line(call, content).put("done", true).put("done_reason", "stop");
    }
}
