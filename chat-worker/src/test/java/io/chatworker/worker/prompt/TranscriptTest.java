package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ChatMessage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TranscriptTest {

    @Test
    void everyTurnSaysWhoSpokeAndWhatImagesAndCallsItHad() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("city", "Oslo");
        arguments.put("days", new BigDecimal("1.50"));

        String text = Transcript.of(List.of(
                        ChatMessage.summary("The user is Ada."),
                        new ChatMessage("user", "See\nthis", null, List.of("aGk=", "aGk="), null, null, null, null),
                        new ChatMessage(
                                "assistant",
                                "",
                                "A tool, perhaps.",
                                null,
                                List.of(Map.of("function", Map.of("name", "weather", "arguments", arguments))),
                                null,
                                null,
                                null),
                        new ChatMessage("tool", "rain", null, null, null, "weather", "call_1", null),
                        new ChatMessage("tool", "snow", null, null, null, null, null, null),
                        ChatMessage.assistant("It rains.")))
                .text();

        assertThat(text).isEqualTo("""
                Summary of what came before: The user is Ada.

                User: See
                this
                (with 2 images)

                Assistant:\s
                (calls weather {"city":"Oslo","days":1.50})

                Result of weather: rain

                Result: snow

                Assistant: It rains.""");
    }

    @Test
    void ofALongResultTheBeginningAndTheEndAreKept() {
        String result = "begin" + "x".repeat(300_000) + "end";

        String text = Transcript.of(List.of(new ChatMessage("tool", result, null, null, null, "read", null, null)))
                .text();

        assertThat(text)
                .startsWith("Result of read: begin")
                .endsWith("end")
                .contains("(298008 characters left out)")
                .hasSizeLessThan(2_100);
    }

    @Test
    void piecesEndBetweenTurnsElseLinesElseWords() {
        Transcript turns = new Transcript("User: a b\nc\n\nAssistant: d e f");

        assertThat(pieces(turns, 20)).containsExactly("User: a b\nc\n\n", "Assistant: d e f");
        assertThat(pieces(turns, 12)).containsExactly("User: a b\nc\n", "\nAssistant: ", "d e f");
        assertThat(pieces(new Transcript("abcdefgh"), 3)).containsExactly("abc", "def", "gh");
    }

    @Property
    void piecesAreTheWholeTextAndNoneIsTooLongOrBreaksACharacter(
            @ForAll @From("text") String text, @ForAll @IntRange(min = 2, max = 300) int most) {
        List<String> pieces = pieces(new Transcript(text), most);

        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).allSatisfy(piece -> {
            assertThat(piece).hasSizeBetween(1, most);
            assertThat(WellFormed.text(piece)).isEqualTo(piece);
        });
        // All but the last are at least half full.
        assertThat(pieces.size()).isLessThanOrEqualTo(1 + text.length() / Math.max(1, most / 2));
    }

    @Provide
    static Arbitrary<String> text() {
        return Arbitraries.of("word", "漢字", "😀", " ", "\n", "\n\n", "a long line of many words", "x".repeat(50))
                .list()
                .ofMaxSize(60)
                .map(parts -> String.join("", parts));
    }

    private static List<String> pieces(Transcript transcript, int most) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0, end; from < transcript.text().length(); from = end) {
            end = transcript.endOfPiece(from, most);
            pieces.add(transcript.text().substring(from, end));
        }
        return pieces;
    }
}
