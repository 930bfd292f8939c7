package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class ReadmeTest {

    private static final Path THIS = Path.of("src/test/java/io/chatworker/contracts/ReadmeTest.java");

    @Test
    void requestIsTheMinimalExample() throws IOException {
        assertThat(ContractFiles.JSON.readTree(block("Publish", "json")))
                .isEqualTo(ContractFiles.read(ContractFiles.EXAMPLES.resolve("chat-request/minimal.json")));
    }

    @Test
    void codeIsWhatIsCompiledHere() throws IOException {
        assertThat(withoutIndent(Files.readString(THIS))).contains(withoutIndent(block("How to consume", "java")));
    }

    /** Every key of an event stands in its row, and no other. */
    @ParameterizedTest
    @EnumSource(EventName.class)
    void eachEventsRowHasTheKeysOfItsSchema(EventName event) throws IOException {
        String row = Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("| `" + event.wire() + "` |"))
                .findFirst()
                .orElseThrow();
        // What is within braces are keys of a key.
        Set<String> told = Pattern.compile("`([a-z_]+)`")
                .matcher(row.split("\\|", -1)[3].replaceAll("\\{[^}]*}", ""))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> keys =
                new TreeSet<>(ContractFiles.read(Path.of("src/main/resources/schema/v1", event.wire() + ".schema.json"))
                        .get("properties")
                        .propertyNames());
        keys.removeAll(Set.of("request_id", "conversation_id", "attempt", "run"));

        assertThat(told).isEqualTo(keys);
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

    /** The first one under that heading. */
    private static String block(String heading, String language) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String begin = "```" + language + "\n";
        int from = readme.indexOf(begin, readme.indexOf("## " + heading + "\n")) + begin.length();
        return readme.substring(from, readme.indexOf("```", from));
    }

    private static String withoutIndent(String code) {
        return Arrays.stream(code.split("\n")).map(String::strip).collect(Collectors.joining("\n"));
    }
}
