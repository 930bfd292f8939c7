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

class VerdictTest {

    static Stream<Arguments> endings() {
        ErrorCode code = ErrorCode.MODEL_NOT_FOUND;
        return Stream.of(
                arguments(new Outcome.Answered(), new Verdict.Accept()),
                arguments(new Outcome.Cancelled(CancelReason.CANCELLED), new Verdict.Accept()),
                arguments(new Outcome.Cancelled(CancelReason.DEADLINE_EXCEEDED), new Verdict.Accept()),
                arguments(new Outcome.Cancelled(CancelReason.REQUESTER_GONE), new Verdict.Accept()),
                arguments(new Outcome.Failed(code, "why", 101, true), new Verdict.DeadLetter(code, "why", 101)),
                arguments(new Outcome.Failed(code, "why", 101, false), new Verdict.Accept()),
                arguments(new Outcome.GivenBack(), new Verdict.GiveBack()),
                arguments(new Outcome.Lost(), new Verdict.Nothing()));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void aDeliverysVerdictFollowsFromHowItsChatEnded(Outcome outcome, Verdict verdict) {
        assertThat(Verdict.of(outcome)).isEqualTo(verdict);
    }
}
