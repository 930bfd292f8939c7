package io.chatworker.cli.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.AnswerAssembler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every client must give the result that the event sequences of the contract expect; so does the output in a terminal. */
class GoldenSequencesTest {

    @ParameterizedTest
    @MethodSource("sequences")
    void whatIsShownLastIsTheExpectedText(String name, JsonNode sequence) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PlainView view = new PlainView(
                new PrintStream(out, true, UTF_8), new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));
        AnswerAssembler answer = new AnswerAssembler();
        sequence.get("events").forEach(event -> {
            boolean open = answer.outcome().isEmpty();
            String type = "chat." + event.get("event").stringValue();
            new ReceivedEvent(type, "c42.r17.x", Json.bytes(event.get("body")))
                    .decode()
                    .ifPresent(decoded -> view.changed(answer.accept(decoded)));
            if (open) {
                answer.outcome().ifPresent(view::ended);
            }
        });

        assertThat(out.toString(UTF_8).stripTrailing())
                .endsWith(sequence.get("expect").get("text").stringValue().stripTrailing());
    }

    static Stream<Arguments> sequences() throws IOException, URISyntaxException {
        URI folder = Objects.requireNonNull(AnswerAssembler.class.getResource("/sequences/v1"))
                .toURI();
        if (folder.getScheme().equals("jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(folder, Map.of())) {
                return read(jar.getPath("/sequences/v1")).stream();
            }
        }
        return read(Path.of(folder)).stream();
    }

    private static List<Arguments> read(Path folder) throws IOException {
        List<Arguments> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                all.add(Arguments.of(file.getFileName().toString(), Json.tree(Files.readAllBytes(file))));
            }
        }
        assertThat(all).isNotEmpty();
        return all;
    }
}
