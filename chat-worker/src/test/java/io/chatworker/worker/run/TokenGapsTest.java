package io.chatworker.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenGapsTest {

    private static final long MS = 1_000_000;

    private final TokenGaps gaps = new TokenGaps();

    @Test
    void theFirstTokenHasNoGap() {
        gaps.token(5);

        assertThat(IntStream.range(0, TokenGaps.SIZES).mapToLong(gaps::count).sum())
                .isZero();
        assertThat(gaps.seconds()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "10, 0", "11, 1", "20, 1", "21, 2", "40, 2", "327680, 15", "327681, 16", "99999999, 16"})
    void aGapIsCountedUnderTheSmallestBoundThatHoldsIt(long gapMs, int size) {
        gaps.token(7);
        gaps.token(7 + gapMs * MS);

        assertThat(gaps.count(size)).isEqualTo(1);
        assertThat(gaps.seconds()).isEqualTo(gapMs / 1e3, within(1e-9));
        assertThat(gapMs / 1e3).isLessThanOrEqualTo(TokenGaps.upTo(size));
        assertThat(size == 0 ? -1 : TokenGaps.upTo(size - 1)).isLessThan(gapMs / 1e3);
    }
}
