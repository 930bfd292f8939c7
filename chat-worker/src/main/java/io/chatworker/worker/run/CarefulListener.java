package io.chatworker.worker.run;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps away from the chats what another listener throws: a count that fails must not cost a request its place. */
record CarefulListener(ChatListener listener) implements ChatListener {

    @Override
    public void received() {
        carefully(listener::received);
    }

    @Override
    public void started(@Nullable Long queuedMs) {
        carefully(() -> listener.started(queuedMs));
    }

    @Override
    public void firstToken(Duration sinceStart) {
        carefully(() -> listener.firstToken(sinceStart));
    }

    @Override
    public void retrying(ErrorCode code) {
        carefully(() -> listener.retrying(code));
    }

    @Override
    public void answered(Completed event) {
        carefully(() -> listener.answered(event));
    }

    @Override
    public void ended(Outcome outcome, Duration sinceDelivery) {
        carefully(() -> listener.ended(outcome, sinceDelivery));
    }

    private static void carefully(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            OwnFault.log("a listener", e);
        }
    }
}
