package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TokenTextTest {

    @Test
    void aTokenTellsItsNumberAndItsAge() {
        String two = text(7, 1_000) + text(TokenText.MAX_NUMBER, 1_500);

        assertThat(TokenText.number(two, 0)).isEqualTo(7);
        assertThat(TokenText.age(two, 0, 3_000)).isEqualTo(2_000);
        assertThat(TokenText.number(two, TokenText.LENGTH)).isEqualTo(TokenText.MAX_NUMBER);
        assertThat(TokenText.age(two, TokenText.LENGTH, 3_000)).isEqualTo(1_500);
    }

    @Test
    void anAgeIsRightWhereInstantsBeginAnew() {
        long wrap = (long) Math.pow(36, 6);

        assertThat(TokenText.age(text(0, wrap - 10), 0, 15)).isEqualTo(25);
    }

    @Test
    void whatIsNoTokenIsTold() {
        assertThatThrownBy(() -> TokenText.number("abc", 0)).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> TokenText.number("ab c000000", 0)).isInstanceOf(NumberFormatException.class);
    }

    static String text(int number, long micros) {
        byte[] token = new byte[TokenText.LENGTH];
        TokenText.write(number, micros, token, 0);
        return new String(token, StandardCharsets.US_ASCII);
    }
}
