package io.chatworker.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "*, '', true",
        "a*c, ac, true",
        "a*c, abbc, true",
        "a*c, abcd, false",
        "a.c, abc, false",
        "a.c, a.c, true",
        "amq.gen-*, amq.gen-, true",
        "amq.gen-*, xamq.gen-1, false",
        "'*\\E*', 'a\\Eb', true",
        "[ab], a, false",
        "a?, ab, false",
        "A, a, false"
    })
    void onlyTheStarIsSpecial(String pattern, String name, boolean matches) {
        assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
    }

    @Test
    void aStarTakesLineBreaksToo() {
        assertThat(new Glob("a*b").matches("a\n\nb")).isTrue();
        assertThat(new Glob("ab").matches("ab\n")).isFalse();
    }
}
