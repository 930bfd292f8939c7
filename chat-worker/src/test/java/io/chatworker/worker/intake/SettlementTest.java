package io.chatworker.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.run.Outcome;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettlementTest {

    static Stream<Arguments> endings() {
        ErrorCode code = ErrorCode.MODEL_NOT_FOUND;
        return Stream.of(
                arguments(new Outcome.Completed(), new Settlement.Ack()),
                arguments(new Outcome.Cancelled(CancelReason.CANCELLED), new Settlement.Ack()),
                arguments(new Outcome.Cancelled(CancelReason.DEADLINE_EXCEEDED), new Settlement.Ack()),
                arguments(new Outcome.Cancelled(CancelReason.REQUESTER_GONE), new Settlement.Ack()),
                arguments(new Outcome.Failed(code, "why", 101, true), new Settlement.KeepThenAck(code, "why", 101)),
                arguments(new Outcome.Failed(code, "why", 101, false), new Settlement.Ack()),
                arguments(new Outcome.Requeued(), new Settlement.Requeue()),
                arguments(new Outcome.Lost(), new Settlement.Nothing()));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void aDeliverysSettlementFollowsFromHowItsChatEnded(Outcome outcome, Settlement settlement) {
        assertThat(Settlement.of(outcome)).isEqualTo(settlement);
    }
}
