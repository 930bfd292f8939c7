package io.chatworker.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    @ParameterizedTest
    @CsvSource({
        "1, 1000",
        "2, 2000",
        "3, 4000",
        "4, 8000",
        "5, 16000",
        "6, 30000",
        "7, 30000",
        "21, 30000",
        "64, 30000",
        "2147483647, 30000"
    })
    void aWaitLiesBetweenHalfAndWholeAndUsesTheRoomBetween(int failures, long wholeMs) {
        Random random = new Random(42);

        LongSummaryStatistics waits = LongStream.range(0, 2000)
                .map(_ -> BACKOFF.after(failures, random).toMillis())
                .summaryStatistics();

        assertThat(waits.getMin()).isBetween(wholeMs / 2, wholeMs * 52 / 100);
        assertThat(waits.getMax()).isBetween(wholeMs * 98 / 100, wholeMs);
    }
}
