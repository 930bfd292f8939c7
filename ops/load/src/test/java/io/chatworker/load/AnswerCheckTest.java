package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The check can fail: a load test whose check always passes proves nothing about laws 2 and 3. */
class AnswerCheckTest {

    private final AnswerCheck check = new AnswerCheck();

    @Test
    void aWholeAnswerInOrderHasNoFault() {
        check.chunk(1, 0, tokens(0));
        check.chunk(1, 1, tokens(1, 2, 3));
        check.end(4, 2, tokens(0, 1, 2, 3));

        assertThat(check.disorder()).isZero();
        assertThat(check.lost()).isZero();
    }

    @Test
    void aChunkThatNeverCameIsLostAndLeavesAGap() {
        check.chunk(1, 0, tokens(0));
        check.chunk(1, 2, tokens(2));
        check.end(3, 3, tokens(0, 1, 2));

        assertThat(check.lost()).isEqualTo(1);
        assertThat(check.disorder()).isPositive();
    }

    @Test
    void theLastTokensAreMissedToo() {
        check.chunk(1, 0, tokens(0));
        check.end(3, 1, tokens(0, 1, 2));

        assertThat(check.lost()).isEqualTo(2);
        assertThat(check.disorder()).isZero();
    }

    @Test
    void chunksThatChangedPlacesAreDisorderAndNoLoss() {
        check.chunk(1, 1, tokens(1));
        check.chunk(1, 0, tokens(0));
        check.end(2, 2, tokens(0, 1));

        assertThat(check.disorder()).isPositive();
        assertThat(check.lost()).isZero();
    }

    @Test
    void tokensThatChangedPlacesWithinAChunkAreDisorder() {
        check.chunk(1, 0, tokens(0, 2, 1));
        check.end(3, 1, tokens(0, 1, 2));

        assertThat(check.disorder()).isPositive();
        assertThat(check.lost()).isZero();
    }

    @Test
    void aChunkThatCameTwiceIsDisorder() {
        check.chunk(1, 0, tokens(0));
        check.chunk(1, 0, tokens(0));
        check.end(1, 1, tokens(0));

        assertThat(check.disorder()).isPositive();
    }

    @Test
    void aChunkBehindTheEndIsDisorder() {
        check.end(0, 0, "");
        check.chunk(1, 0, tokens(0));

        assertThat(check.disorder()).isPositive();
    }

    @Test
    void aSecondEndIsDisorder() {
        check.end(0, 0, "");
        check.end(0, 0, "");

        assertThat(check.disorder()).isPositive();
    }

    @Test
    void aSecondAttemptIsDisorder() {
        check.chunk(2, 0, tokens(0));

        assertThat(check.disorder()).isPositive();
    }

    @Test
    void anEndThatTellsOtherTextOrOtherChunksIsDisorder() {
        check.chunk(1, 0, tokens(0, 1));
        check.end(2, 1, tokens(0, 0));
        assertThat(check.disorder()).isEqualTo(1);

        AnswerCheck other = new AnswerCheck();
        other.chunk(1, 0, tokens(0, 1));
        other.end(2, 2, tokens(0, 1));
        assertThat(other.disorder()).isEqualTo(1);
    }

    @Test
    void textThatIsNoTokenIsDisorder() {
        check.chunk(1, 0, "something else");

        assertThat(check.disorder()).isPositive();
    }

    static String tokens(int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(number -> TokenTextTest.text(number, 0))
                .collect(Collectors.joining());
    }
}
