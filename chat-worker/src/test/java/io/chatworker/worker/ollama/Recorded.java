package io.chatworker.worker.ollama;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One of the exchanges recorded from a real Ollama, which the stand-in plays. */
record Recorded(String name, String path, int status, List<String> lines) {

    private static final Path FOLDER =
            Path.of("..", "ops", "stand-in", "src", "main", "resources", "ollama-transcripts");
    private static final JsonMapper MAPPER = new JsonMapper();

    static List<Recorded> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(Recorded::read)
                    .toList();
        }
    }

    String body() {
        return String.join("", lines);
    }

    @Override
    public String toString() {
        return name;
    }

    private static Recorded read(Path file) {
        try {
            JsonNode exchange = MAPPER.readTree(Files.readString(file));
            JsonNode response = exchange.path("response");
            return new Recorded(
                    file.getFileName().toString().replace(".json", ""),
                    exchange.path("request").path("path").asString(),
                    response.path("status").asInt(),
                    response.path("lines")
                            .valueStream()
                            .map(line -> line.path(1).asString())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
