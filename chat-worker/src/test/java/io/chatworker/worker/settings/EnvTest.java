package io.chatworker.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatworker.contracts.Overflow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvTest {

    private static final Duration LONGEST = Duration.ofHours(2);

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "30s,PT30S", "5m,PT5M", "1h,PT1H", "0ms,PT0S", "0s,PT0S", "007s,PT7S"})
    void aDurationIsANumberWithItsUnit(String text, Duration duration) {
        assertThat(env(text).duration("X", Duration.ofDays(1), Duration.ZERO, LONGEST))
                .isEqualTo(duration);
    }

    @Test
    void nothingNeedsNoUnit() {
        assertThat(env("0").duration("X", Duration.ofDays(1), Duration.ZERO, LONGEST))
                .isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "s",
                "5 s",
                "5S",
                "-5s",
                "1.5s",
                "5m30s",
                "5d",
                "five",
                "3h",
                "9999999999999s",
                "999999999999h",
                "٣s"
            })
    void whatIsNoDurationWithinTheBoundsIsTold(String text) {
        Env env = env(text);

        assertThat(env.duration("X", Duration.ofSeconds(7), Duration.ZERO, LONGEST))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(problems(env))
                .containsExactly(
                        "X must be a number with ms, s, m or h (such as 30s), from 0ms to 2h, not '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"64,64", "64KiB,65536", "8MiB,8388608", "0,0"})
    void aSizeIsBytesOrHasItsUnit(String text, int bytes) {
        assertThat(env(text).size("X", 1, 0, 1 << 30)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8 MiB", "8MB", "8kib", "1.5MiB", "-1", "1025MiB", "999999999999MiB", "MiB", "1GiB"})
    void whatIsNoSizeWithinTheBoundsIsTold(String text) {
        Env env = env(text);

        assertThat(env.size("X", 5, 0, 1 << 30)).isEqualTo(5);
        assertThat(problems(env))
                .containsExactly("X must be a size with KiB or MiB, or plain bytes, from 0 to 1073741824 bytes, not '"
                        + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUE", "yes", "1", "on", "t"})
    void aFlagIsTrueOrFalseAndNothingElse(String text) {
        assertThat(env("true").flag("X", false)).isTrue();
        assertThat(env("false").flag("X", true)).isFalse();
        Env env = env(text);

        assertThat(env.flag("X", true)).isTrue();
        assertThat(problems(env)).containsExactly("X must be true or false, not '" + text + "'");
    }

    @Test
    void aChoiceIsOneOfItsWireNames() {
        assertThat(env("error").choice("X", Overflow.DROP_OLDEST, Overflow::wire))
                .isEqualTo(Overflow.ERROR);
        Env env = env("ERROR");

        assertThat(env.choice("X", Overflow.DROP_OLDEST, Overflow::wire)).isEqualTo(Overflow.DROP_OLDEST);
        assertThat(problems(env)).containsExactly("X must be drop_oldest or summarize or error, not 'ERROR'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "100", "2.0", "two", "--2", "99999999999999999999", "0x2"})
    void whatIsNoWholeNumberWithinTheBoundsIsTold(String text) {
        Env env = env(text);

        assertThat(env.integer("X", 3, 1, 99)).isEqualTo(3);
        assertThat(problems(env)).containsExactly("X must be a whole number from 1 to 99, not '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-0.1", "101", "0,7", "warm"})
    void whatIsNoNumberWithinTheBoundsIsTold(String text) {
        assertThat(env("0.25").decimal("X", 0.7, 0, 100)).isEqualTo(0.25);
        Env env = env(text);

        assertThat(env.decimal("X", 0.7, 0, 100)).isEqualTo(0.7);
        assertThat(problems(env)).containsExactly("X must be a number from 0.0 to 100.0, not '" + text + "'");
    }

    @Test
    void aListIsSplitAtCommasAndStripped() {
        assertThat(env(" a, b ,,c,").list("X", "z")).containsExactly("a", "b", "c");
        assertThat(new Env(Map.of()).list("X", "y,z")).containsExactly("y", "z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void anEmptyVariableIsAsIfUnset(String empty) {
        Env env = env(empty);

        assertThat(env.text("X")).isEmpty();
        assertThat(env.text("X", "other")).isEqualTo("other");
        assertThat(env.integer("X", 3, 1, 99)).isEqualTo(3);
        assertThat(env.flag("X", true)).isTrue();
        assertThat(env.list("X", "a")).containsExactly("a");
        assertThat(env.duration("X", Duration.ofSeconds(7), Duration.ZERO, LONGEST))
                .isEqualTo(Duration.ofSeconds(7));
        assertThatCode(env::check).doesNotThrowAnyException();
    }

    @Test
    void onlyTheRawValueTellsEmptyFromUnset() {
        assertThat(env("").raw("X")).isEqualTo(Optional.of(""));
        assertThat(env("").raw("Y")).isEmpty();
    }

    @Test
    void allProblemsAreToldAtOnceEachWithItsVariable() {
        Env env = new Env(Map.of("A", "x", "B", "maybe", "C", "1"));
        env.integer("A", 1, 1, 9);
        env.flag("B", true);
        env.integer("C", 1, 1, 9);
        env.problem("A and B do not go together");

        InvalidSettings invalid = catchThrowableOfType(InvalidSettings.class, env::check);

        assertThat(invalid.problems())
                .containsExactly(
                        "A must be a whole number from 1 to 9, not 'x'",
                        "B must be true or false, not 'maybe'",
                        "A and B do not go together");
        assertThat(invalid).hasMessage(String.join(System.lineSeparator(), invalid.problems()));
    }

    private static Env env(String value) {
        return new Env(Map.of("X", value));
    }

    private static List<String> problems(Env env) {
        return catchThrowableOfType(InvalidSettings.class, env::check).problems();
    }
}
