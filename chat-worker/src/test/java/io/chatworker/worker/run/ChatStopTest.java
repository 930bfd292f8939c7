package io.chatworker.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Law;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Law(4)
class ChatStopTest {

    private final ChatStop stop = new ChatStop();

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void aStopEndsEveryWaitAndOnlySomeLeaveTheRequest(StopReason reason) {
        stop.stop(reason);

        assertThat(stop.reason()).isEqualTo(reason);
        assertThat(stop.isOver()).isTrue();
        assertThat(stop.over.await(Duration.ofMinutes(1))).isTrue();
        assertThat(stop.isLeft()).isEqualTo(reason == StopReason.DELIVERY_LOST || reason == StopReason.SHUTDOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "CANCELLED, DEADLINE_EXCEEDED, CANCELLED",
        "DEADLINE_EXCEEDED, CANCELLED, DEADLINE_EXCEEDED",
        "CANCELLED, SHUTDOWN, SHUTDOWN",
        "REQUESTER_GONE, DELIVERY_LOST, DELIVERY_LOST",
        "SHUTDOWN, DELIVERY_LOST, SHUTDOWN",
        "DELIVERY_LOST, CANCELLED, DELIVERY_LOST"
    })
    void theFirstReasonCountsUnlessALaterOneLeavesTheRequest(StopReason first, StopReason second, StopReason counts) {
        stop.stop(first);
        stop.stop(second);

        assertThat(stop.reason()).isEqualTo(counts);
        assertThat(stop.isLeft()).isEqualTo(counts.leavesRequest());
    }

    @Test
    void aDrainEndsWaitsAndStopsNothing() {
        stop.drain();

        assertThat(stop.isOver()).isTrue();
        assertThat(stop.isStopped()).isFalse();
        assertThat(stop.isLeft()).isFalse();
    }

    @Test
    void anInterruptedWaitStopsTheChat() {
        Thread.currentThread().interrupt();
        stop.await(Duration.ofMinutes(1));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stop.reason()).isEqualTo(StopReason.SHUTDOWN);
    }
}
