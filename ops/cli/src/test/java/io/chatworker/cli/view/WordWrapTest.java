package io.chatworker.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.cli.Person;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a terminal shows of text that comes in pieces. */
class WordWrapTest {

    private static final String TEXT =
            "The blue sky is made of all the colours, and a-word-that-is-too-long-for-a-line "
                    + "is broken.\n\n  Indented, and so on it goes: 日本語はどこでも改行できます。 Grüße 🌍 to all.\n";

    @ParameterizedTest
    @ValueSource(ints = {12, 20, 33, 60, 200})
    void piecesHoweverCutLookLikeTheWholeText(int columns) throws IOException {
        String whole = shown(columns, TEXT);

        assertThat(shown(columns, TEXT.split("(?=\\b)"))).isEqualTo(whole);
        assertThat(shown(columns, characters(TEXT))).isEqualTo(whole);
    }

    @Test
    void aLineBreaksBetweenWords() throws IOException {
        assertThat(shown(20, "one two three four five six seven")).isEqualTo("one two three four\nfive six seven");
    }

    @Test
    void aTextThatIsThereAsAWholeIsBrokenWithoutErasing() {
        assertThat(WordWrap.whole("one two three four five", 12).lines().map(String::strip))
                .containsExactly("one two", "three four", "five");
    }

    @Test
    void aWordThatComesInPiecesMovesToTheNextLineWhole() throws IOException {
        assertThat(shown(14, "Call the Ray", "leigh", " scattering")).isEqualTo("Call the\nRayleigh\nscattering");
    }

    @Test
    void aWordLongerThanTheLineIsBroken() throws IOException {
        assertThat(shown(11, "abcdefghijklmnopqrstuvwxyz")).isEqualTo("abcdefghij\nklmnopqrst\nuvwxyz");
    }

    @Test
    void linesOfCodeAreLeftToTheTerminal() throws IOException {
        assertThat(shown(24, "Run:\n```sh\nls -la /a/long/path and another\n```\nand this is prose again, wrapped"))
                .isEqualTo("Run:\n```sh\nls -la /a/long/path and\nanother\n```\nand this is prose\nagain, wrapped");
    }

    @Test
    void theModelCannotSteerTheTerminal() {
        assertThat(new WordWrap().add("a\033[2Jb\007c\rd\u009b31me", 80)).isEqualTo("a[2Jbcd31me");
    }

    private static String[] characters(String text) {
        return Arrays.stream(text.codePoints().toArray())
                .mapToObj(Character::toString)
                .toArray(String[]::new);
    }

    private static String shown(int columns, String... pieces) throws IOException {
        try (Person person = new Person(columns, 40)) {
            WordWrap wrap = new WordWrap();
            for (String piece : pieces) {
                person.terminal().writer().print(wrap.add(piece, columns));
            }
            person.terminal().writer().flush();
            return person.sees();
        }
    }
}
