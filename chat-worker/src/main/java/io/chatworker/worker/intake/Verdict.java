package io.chatworker.worker.intake;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.run.Outcome;

/** What becomes of a delivery; a pure function of how its chat ended. */
sealed interface Verdict {

    record Accept() implements Verdict {}

    /** Kept in the dead letters with its reason, then accepted. */
    record DeadLetter(ErrorCode code, String message, int attempt) implements Verdict {}

    record GiveBack() implements Verdict {}

    /** The broker has taken it back already. */
    record Nothing() implements Verdict {}

    static Verdict of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered _, Outcome.Cancelled _ -> new Accept();
            case Outcome.Failed failed ->
                failed.deadLetter() ? new DeadLetter(failed.code(), failed.message(), failed.attempt()) : new Accept();
            case Outcome.GivenBack _ -> new GiveBack();
            case Outcome.Lost _ -> new Nothing();
        };
    }
}
