package io.chatworker.worker.intake;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.run.Outcome;

/** What becomes of a delivery; a pure function of how its chat ended. */
sealed interface Settlement {

    record Ack() implements Settlement {}

    /** Kept with its reason, in the dead letters or among the rejected requests as its code says, then acked. */
    record KeepThenAck(ErrorCode code, String message, int attempt) implements Settlement {}

    record Requeue() implements Settlement {}

    /** The broker has taken it back already. */
    record Nothing() implements Settlement {}

    static Settlement of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed _, Outcome.Cancelled _ -> new Ack();
            case Outcome.Failed failed ->
                failed.deadLetter() ? new KeepThenAck(failed.code(), failed.message(), failed.attempt()) : new Ack();
            case Outcome.Requeued _ -> new Requeue();
            case Outcome.Lost _ -> new Nothing();
        };
    }
}
