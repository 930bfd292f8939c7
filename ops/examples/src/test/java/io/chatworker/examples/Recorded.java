package io.chatworker.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the stand-in answers to the question that the pages ask. */
final class Recorded {

    private static final JsonMapper JSON = new JsonMapper();

    private Recorded() {}

    static String answer() {
        try (InputStream recorded = Recorded.class.getResourceAsStream("/ollama-transcripts/plain.json")) {
            StringBuilder answer = new StringBuilder();
            for (JsonNode line : JSON.readTree(recorded).at("/response/lines")) {
                answer.append(JSON.readTree(line.get(1).asString())
                        .at("/message/content")
                        .asString());
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
