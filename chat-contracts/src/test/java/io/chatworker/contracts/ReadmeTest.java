package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ReadmeTest {

    private static final Path THIS = Path.of("src/test/java/io/chatworker/contracts/ReadmeTest.java");

    @Test
    void requestIsTheMinimalExample() throws IOException {
        assertThat(ContractFiles.JSON.readTree(block("json")))
                .isEqualTo(ContractFiles.read(ContractFiles.EXAMPLES.resolve("chat-request/minimal.json")));
    }

    @Test
    void codeIsWhatIsCompiledHere() throws IOException {
        assertThat(withoutIndent(Files.readString(THIS))).contains(withoutIndent(block("java")));
    }

    @Test
    void codeShowsTheAnswer() {
        StringBuilder shown = new StringBuilder();
        AnswerAssembler answer = new AnswerAssembler();

        JsonNode events = ContractFiles.read(ContractFiles.SEQUENCES.resolve("crash-and-second-attempt.json"))
                .get("events");
        for (JsonNode event : events) {
            show(answer, ContractFiles.event(event), shown);
        }

        assertThat(shown).hasToString(answer.text());
    }

    private static void show(AnswerAssembler answer, ChatEvent event, StringBuilder text) {
        Screen screen = new Screen(text);
        AnswerChange change = answer.accept(event);
        if (change.restart()) {
            screen.clear();
        }
        if (change instanceof AnswerChange.Appended next) {
            screen.append(next.piece().content());
        } else if (change instanceof AnswerChange.Settled end) {
            screen.append(end.piece().content());
        }
    }

    private record Screen(StringBuilder text) {

        void clear() {
            text.setLength(0);
        }

        void append(String piece) {
            text.append(piece);
        }
    }

    private static String block(String language) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String begin = "```" + language + "\n";
        int from = readme.indexOf(begin) + begin.length();
        return readme.substring(from, readme.indexOf("```", from));
    }

    private static String withoutIndent(String code) {
        return Arrays.stream(code.split("\n")).map(String::strip).collect(Collectors.joining("\n"));
    }
}
