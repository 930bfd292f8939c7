package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

class SequencesTest {

    @ParameterizedTest
    @MethodSource("sequences")
    void everyEventFitsItsSchema(Path file) {
        assertThat(ContractFiles.read(file).get("events"))
                .allSatisfy(
                        event -> assertThat(Schemas.problems(event.get("event").asString(), event.get("body")))
                                .isEmpty());
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void assemblerGivesWhatTheSequenceExpects(Path file) {
        JsonNode sequence = ContractFiles.read(file);
        JsonNode expected = sequence.get("expect");

        AnswerAssembler answer = new AnswerAssembler();
        for (JsonNode event : sequence.get("events")) {
            answer.accept(ContractFiles.event(event));
        }

        Optional<TerminalEvent> outcome = answer.outcome();
        assertThat(outcome.map(event -> event.event().wire())).isEqualTo(text(expected, "outcome"));
        assertThat(answer.text()).isEqualTo(expected.get("text").asString());
        assertThat(answer.thinking()).isEqualTo(text(expected, "thinking").orElse(""));
        assertThat(answer.toolCalls()).isEqualTo(toolCalls(expected));
        assertThat(answer.restarts()).isEqualTo(expected.get("restarts").asInt());
        assertThat(outcome.map(event ->
                        event instanceof Failed failed ? failed.error().code().wire() : null))
                .isEqualTo(text(expected, "code"));
        assertThat(outcome.map(event -> event instanceof Cancelled cancelled
                        ? cancelled.reason().wire()
                        : null))
                .isEqualTo(text(expected, "reason"));
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void whoeverShowsTheChangesShowsTheTextAfterEveryEvent(Path file) {
        AnswerAssembler answer = new AnswerAssembler();
        StringBuilder shown = new StringBuilder();
        StringBuilder shownThinking = new StringBuilder();
        List<Map<String, Object>> shownCalls = new ArrayList<>();

        for (JsonNode event : ContractFiles.read(file).get("events")) {
            AnswerChange change = answer.accept(ContractFiles.event(event));
            if (change.restart()) {
                shown.setLength(0);
                shownThinking.setLength(0);
                shownCalls.clear();
            }
            AnswerPiece piece = switch (change) {
                case AnswerChange.Appended appended -> appended.piece();
                case AnswerChange.Settled settled -> settled.piece();
                case AnswerChange.Ignored _, AnswerChange.Noted _ -> new AnswerPiece("", "", List.of());
            };
            shown.append(piece.content());
            shownThinking.append(piece.thinking());
            shownCalls.addAll(piece.toolCalls());

            assertThat(shown).hasToString(answer.text());
            assertThat(shownThinking).hasToString(answer.thinking());
            assertThat(shownCalls).isEqualTo(answer.toolCalls());
        }
    }

    static List<Path> sequences() {
        return ContractFiles.jsonFiles(ContractFiles.SEQUENCES);
    }

    private static Optional<String> text(JsonNode expected, String key) {
        return expected.hasNonNull(key) ? Optional.of(expected.get(key).asString()) : Optional.empty();
    }

    private static List<Map<String, Object>> toolCalls(JsonNode expected) {
        if (!expected.has("tool_calls")) {
            return List.of();
        }
        return ContractFiles.JSON.treeToValue(expected.get("tool_calls"), new TypeReference<>() {});
    }
}
