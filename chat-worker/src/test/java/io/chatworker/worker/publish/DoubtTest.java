package io.chatworker.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoubtTest {

    private static final long START = Long.MAX_VALUE - 1;

    private final Doubt doubt = new Doubt(START);

    @Test
    void soManyNacksAreDoubtedAtOnceAndThenOneAPeriod() {
        assertThat(doubted(START)).isEqualTo(Doubt.IN_A_ROW);
        assertThat(doubted(START + Doubt.PERIOD - 1)).isZero();
        assertThat(doubted(START + Doubt.PERIOD)).isEqualTo(1);
        assertThat(doubted(START + 2 * Doubt.PERIOD)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {Doubt.IN_A_ROW, 1000})
    void afterATimeWithoutNacksItIsAsAtFirst(int periods) {
        doubted(START);

        assertThat(doubted(START + periods * Doubt.PERIOD)).isEqualTo(Doubt.IN_A_ROW);
    }

    private long doubted(long now) {
        return IntStream.range(0, 2 * Doubt.IN_A_ROW)
                .filter(_ -> doubt.allows(now))
                .count();
    }
}
