package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.chatworker.contracts.ChatMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Turns are written as words: {@code s1} a system turn, {@code u1} a user's, {@code a1} an assistant's, {@code c1} an
 * assistant's with a tool call, {@code t1} a tool's.
 */
class ConversationTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            u1 a1 u2 a2 u3          | 0 | u1 a1 u2 a2 u3
            u1 a1 u2 a2 u3          | 9 | u1 a1 u2 a2 u3
            u1 a1 u2 a2 u3          | 5 | u1 a1 u2 a2 u3
            u1 a1 u2 a2 u3          | 4 | u2 a2 u3
            u1 a1 u2 a2 u3          | 3 | u2 a2 u3
            u1 a1 u2 a2 u3          | 2 | u3
            u1 a1 u2 a2 u3          | 1 | u3
            s1 u1 a1 u2             | 1 | s1 u2
            s1 u1 s2 a1 s3 u2       | 1 | s1 s2 s3 u2
            s1 u1 a1 u2             | 3 | s1 u1 a1 u2
            s1 u1 a1 u2 s2          | 2 | s1 u2 s2
            u1 c1 t1                | 1 | c1 t1
            u1 c1 t1                | 2 | c1 t1
            u1 c1 t1                | 3 | u1 c1 t1
            u1 c1 t1 t2 t3          | 1 | c1 t1 t2 t3
            u1 c1 t1 t2 t3          | 2 | c1 t1 t2 t3
            u1 c1 t1 c2 t2          | 1 | c2 t2
            u1 c1 t1 c2 t2          | 2 | c2 t2
            u1 c1 t1 c2 t2          | 3 | c2 t2
            u1 c1 t1 c2 t2          | 4 | c1 t1 c2 t2
            u1 c1 t1 a1 u2          | 3 | u2
            u1 c1 t1 a1 u2 c2 t2    | 2 | c2 t2
            u1 c1 t1 a1 u2 c2 t2    | 3 | u2 c2 t2
            u1 c1 t1 a1 u2 c2 t2    | 6 | u2 c2 t2
            u1 c1 u2 t1             | 2 | c1 u2 t1
            u1 c1 t1 u2 t2          | 2 | c1 t1 u2 t2
            u1 c1 t1 u2 t2          | 3 | c1 t1 u2 t2
            u1 c1 t1 u2 t2          | 5 | u1 c1 t1 u2 t2
            u1 a1 a2 a3             | 2 | a2 a3
            t1 t2                   | 1 | t2
            """)
    void theCutFallsOnAUsersTurnAndAResultKeepsItsCall(String turns, int limit, String kept) {
        assertThat(words(Conversation.newest(turns(turns), limit))).isEqualTo(kept);
    }

    @Test
    void aResultKeepsTheCallThatItsIdNames() {
        List<ChatMessage> turns =
                List.of(ChatMessage.user("u1"), call("x"), ChatMessage.user("u2"), call("y"), result("y"), result("x"));

        assertThat(Conversation.newest(turns, 4)).isEqualTo(turns.subList(1, 6));
        assertThat(Conversation.newest(turns.subList(0, 5), 2)).isEqualTo(turns.subList(3, 5));
    }

    @Test
    void aCutOfManyTurnsIsFast() {
        List<ChatMessage> turns = Collections.nCopies(400_000, turn("t1"));

        assertTimeout(
                Duration.ofSeconds(5),
                () -> assertThat(Conversation.newest(turns, 3)).hasSize(3));
    }

    private static ChatMessage call(String id) {
        return new ChatMessage(
                ChatMessage.ASSISTANT,
                null,
                null,
                null,
                List.of(Map.of("id", id, "function", Map.of("name", "f"))),
                null,
                null,
                null);
    }

    private static ChatMessage result(String id) {
        return new ChatMessage(ChatMessage.TOOL, "result", null, null, null, null, id, null);
    }

    @Test
    void whateverTheTurnsTheRulesOfTheCutHold() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            List<ChatMessage> turns = random(random);
            int limit = 1 + random.nextInt(8);

            List<ChatMessage> kept = Conversation.newest(turns, limit);

            String what = words(turns) + " to " + limit + ": " + words(kept);
            assertThat(kept).as(what).isSubsetOf(turns).contains(turns.getLast());
            assertThat(kept.stream().filter(ConversationTest::isSystem).toList())
                    .as(what)
                    .isEqualTo(turns.stream().filter(ConversationTest::isSystem).toList());
            List<ChatMessage> spoken =
                    kept.stream().filter(turn -> !isSystem(turn)).toList();
            assertThat(turns.stream().filter(turn -> !isSystem(turn)).toList())
                    .as(what)
                    .endsWith(spoken.toArray(ChatMessage[]::new));
            for (ChatMessage turn : spoken) {
                if (turn.role().equals(ChatMessage.TOOL) && hasCallBefore(turns, turn)) {
                    assertThat(hasCallBefore(kept, turn)).as(what).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            u1 a1        | u1
            u1 c1 t1 a1  | u1
            u1 c1 t1     | u1
            u1 a1 u2 a2  | u1 a1 u2
            u1           | u1
            s1 a1        | s1
            a1           | ''
            """)
    void theLastTurnOfTheUserIsReopened(String turns, String reopened) {
        assertThat(words(Conversation.reopened(turns(turns)))).isEqualTo(reopened);
    }

    @ParameterizedTest
    @CsvSource({"u1, true", "u1 c1 t1, true", "u1 a1, false", "s1, false", "u1 s1, false", "'', false"})
    void aConversationIsOpenWhereAUserOrAToolSpokeLast(String turns, boolean open) {
        assertThat(Conversation.isOpen(turns(turns))).isEqualTo(open);
    }

    @Test
    void turnsThatSayNothingAreLeftOut() {
        ChatMessage image = new ChatMessage("user", "", null, List.of("aGk="), null, null, null, null);
        ChatMessage thought = new ChatMessage("assistant", null, "hm", null, null, null, null, null);
        ChatMessage call = turn("c1");
        ChatMessage tool = new ChatMessage("tool", "", null, null, null, null, null, null);
        ChatMessage system = ChatMessage.system("");
        ChatMessage rated = new ChatMessage("assistant", "", "", List.of(), List.of(), null, null, Map.of("rating", 1));

        assertThat(Conversation.withoutEmptyTurns(Arrays.asList(
                        image,
                        ChatMessage.user(""),
                        thought,
                        ChatMessage.assistant(""),
                        call,
                        rated,
                        tool,
                        system,
                        new ChatMessage("user", null, null, null, null, null, null, null))))
                .containsExactly(image, thought, call, tool, system);
    }

    @Test
    void onlyALeadingSystemTurnIsTakenAway() {
        assertThat(words(Conversation.withoutLeadingSystem(turns("s1 u1 s2 u2"))))
                .isEqualTo("u1 s2 u2");
        assertThat(words(Conversation.withoutLeadingSystem(turns("u1 s1")))).isEqualTo("u1 s1");
        assertThat(Conversation.withoutLeadingSystem(List.of())).isEmpty();
    }

    private static List<ChatMessage> random(Random random) {
        return IntStream.range(0, 1 + random.nextInt(9))
                .mapToObj(i -> turn("suacttt".charAt(random.nextInt(7)) + "" + i))
                .toList();
    }

    private static boolean hasCallBefore(List<ChatMessage> turns, ChatMessage tool) {
        return turns.subList(0, turns.indexOf(tool)).stream().anyMatch(turn -> turn.toolCalls() != null);
    }

    private static boolean isSystem(ChatMessage turn) {
        return turn.role().equals(ChatMessage.SYSTEM);
    }

    private static List<ChatMessage> turns(String words) {
        return words.isEmpty()
                ? List.of()
                : Arrays.stream(words.split(" ")).map(ConversationTest::turn).toList();
    }

    private static ChatMessage turn(String word) {
        return switch (word.charAt(0)) {
            case 's' -> ChatMessage.system(word);
            case 'u' -> ChatMessage.user(word);
            case 'a' -> ChatMessage.assistant(word);
            case 'c' ->
                new ChatMessage(
                        ChatMessage.ASSISTANT,
                        word,
                        null,
                        null,
                        List.of(Map.of("function", Map.of("name", word))),
                        null,
                        null,
                        null);
            default -> new ChatMessage(ChatMessage.TOOL, word, null, null, null, null, null, null);
        };
    }

    private static String words(List<ChatMessage> turns) {
        return turns.stream().map(ChatMessage::content).collect(Collectors.joining(" "));
    }
}
