package io.chatworker.worker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.CapturedLog;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutageTest {

    private @Nullable String why;
    private int held;

    @Test
    void anOutageIsALineWhenItBeginsOneAMinuteAndOneWhenItIsOver() {
        Outage outage = outage(Duration.ZERO);

        assertThat(linesOf(outage, 0, 1)).isEmpty();
        why = "no answer";
        assertThat(linesOf(outage, 2, 2.25, 30, 61)).containsExactly("WARN It is away: no answer; all waits");
        held = 3;
        assertThat(linesOf(outage, 62, 62.25, 121))
                .containsExactly("WARN It is away, for 1 min 0 s by now: no answer; 3 held");
        why = "502";
        assertThat(linesOf(outage, 122, 150)).containsExactly("WARN It is away, for 2 min 0 s by now: 502; 3 held");
        why = null;
        assertThat(linesOf(outage, 195, 196)).containsExactly("INFO It is back after 3 min 13 s; 3 held");
    }

    @Test
    void aShortOneIsToldInSeconds() {
        Outage outage = outage(Duration.ZERO);
        why = "no answer";
        outage.look(0);
        why = null;

        assertThat(linesOf(outage, 4.25)).containsExactly("INFO It is back after 4.2 s; 0 held");
    }

    @Test
    void whatIsOverWithinThePatienceIsNotTold() {
        Outage outage = outage(Duration.ofSeconds(30));
        why = "closed";
        assertThat(linesOf(outage, 0, 29)).isEmpty();
        why = null;
        assertThat(linesOf(outage, 29.5)).isEmpty();
        why = "closed";
        assertThat(linesOf(outage, 31, 60.5)).isEmpty();
        assertThat(linesOf(outage, 61)).hasSize(1);
    }

    private Outage outage(Duration patience) {
        return new Outage(
                new Outage.Words("It is away", "It is back", () -> why, "all waits"), () -> held + " held", patience);
    }

    private static List<String> linesOf(Outage outage, double... seconds) {
        try (CapturedLog log = new CapturedLog()) {
            for (double second : seconds) {
                outage.look((long) (second * 1e9));
            }
            return log.lines();
        }
    }
}
