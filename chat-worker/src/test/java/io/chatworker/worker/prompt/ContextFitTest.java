package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.Overflow;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Turns are written as in {@link ConversationTest}; each has ten characters of text. */
class ContextFitTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            u1 a1 u2 a2 u3 a3 u4       | -    | -    | u3 a3 u4
            u1 a1 u2 a2 u3             | -    | -    | u2 a2 u3
            u1 a1 u2                   | -    | -    | u2
            u1                         | -    | -    | -
            s1 u1                      | -    | -    | -
            u1 c1 t1                   | -    | -    | -
            s1 u1 a1 s2 u2             | -    | -    | s1 s2 u2
            a1 u1                      | -    | -    | u1
            u1 c1 t1 a1 u2 c2 t2       | -    | -    | u2 c2 t2
            u1 a1 u2 a2 u3 a3 u4       | 7000 | 6999 | u2 a2 u3 a3 u4
            u1 a1 u2 a2 u3 a3 u4       | 7000 | 4000 | u3 a3 u4
            u1 a1 u2 a2 u3 a3 u4       | 7000 | 3300 | u4
            u1 a1 u2 a2 u3 a3 u4       | 7000 | 1    | u4
            u1 a1 u2 a2 u3 a3 u4       | 7000 | 9000 | u2 a2 u3 a3 u4
            u1 a1 u2 a2 u3 a3 u4       | 0    | 4000 | u3 a3 u4
            """)
    void theOldestWholeRoundsGoByTheNumbers(String turns, Integer tokens, Integer context, String left) {
        assertThat(prompt(turns, Overflow.DROP_OLDEST)
                        .shorter(tokens, context)
                        .map(ContextFitTest::words)
                        .orElse(null))
                .isEqualTo(left);
    }

    @Test
    void whatWasLeftOutIsCountedOverAllTries() {
        Prompt once = prompt("u1 a1 u2 a2 u3 a3 u4", Overflow.DROP_OLDEST)
                .shorter(7000, 6999)
                .orElseThrow();
        Prompt twice = once.shorter(null, null).orElseThrow();

        assertThat(once.dropped()).isEqualTo(2);
        assertThat(words(twice)).isEqualTo("u3 a3 u4");
        assertThat(twice.dropped()).isEqualTo(4);
    }

    @Test
    void turnsThatAreEqualAreToldApart() {
        List<ChatMessage> turns =
                List.of(ChatMessage.user("again"), ChatMessage.assistant("yes"), ChatMessage.user("again"));

        assertThat(prompt(turns, Overflow.DROP_OLDEST)
                        .shorter(null, null)
                        .orElseThrow()
                        .turns())
                .containsExactly(ChatMessage.user("again"));
    }

    @Test
    void aRequestThatWantsTheErrorIsNotCut() {
        assertThat(prompt("u1 a1 u2", Overflow.ERROR).shorter(7000, 4000)).isEmpty();
    }

    private static Prompt prompt(String turns, Overflow overflow) {
        return prompt(
                Arrays.stream(turns.split(" "))
                        .map(word -> turn(word, word + "........"))
                        .toList(),
                overflow);
    }

    private static Prompt prompt(List<ChatMessage> turns, Overflow overflow) {
        return new Prompt(
                "m",
                "general",
                null,
                turns,
                0,
                0,
                Map.of(),
                new Prompt.Extras(false, null, null, null, null, null),
                new Prompt.Window(4096, ContextWindowReason.DEFAULT),
                overflow);
    }

    private static ChatMessage turn(String word, String text) {
        String role = switch (word.charAt(0)) {
            case 's' -> ChatMessage.SYSTEM;
            case 'u' -> ChatMessage.USER;
            case 't' -> ChatMessage.TOOL;
            default -> ChatMessage.ASSISTANT;
        };
        return new ChatMessage(role, text, null, null, null, null, null, null);
    }

    private static String words(Prompt prompt) {
        return prompt.turns().stream()
                .map(turn -> turn.content().substring(0, 2))
                .collect(Collectors.joining(" "));
    }
}
