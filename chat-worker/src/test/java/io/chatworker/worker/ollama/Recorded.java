package io.chatworker.worker.ollama;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One of the exchanges recorded from a real Ollama: from 0.24, which the stand-in plays, and from 0.33, of the
 * generation that runs llama-server and has other words for some errors.
 */
record Recorded(String name, String path, int status, List<String> lines) {

    private static final Path STAND_INS =
            Path.of("..", "ops", "stand-in", "src", "main", "resources", "ollama-transcripts");
    private static final Path LATER = Path.of("src", "test", "resources", "ollama-transcripts", "0.33");
    private static final JsonMapper MAPPER = new JsonMapper();

    static List<Recorded> all() throws IOException {
        return Stream.concat(in(STAND_INS, "").stream(), in(LATER, "0.33/").stream())
                .toList();
    }

    private static List<Recorded> in(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(file -> read(file, prefix))
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

    private static Recorded read(Path file, String prefix) {
        try {
            JsonNode exchange = MAPPER.readTree(Files.readString(file));
            JsonNode response = exchange.path("response");
            return new Recorded(
                    prefix + file.getFileName().toString().replace(".json", ""),
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
