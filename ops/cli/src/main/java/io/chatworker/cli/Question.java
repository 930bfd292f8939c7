package io.chatworker.cli;

import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.contracts.AnswerAssembler;
import io.chatworker.contracts.CancelCommand;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.TerminalEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** A request that was sent, until its terminal event. {@link #cancel} may come from any thread. */
final class Question {

    private static final Duration QUIET = Duration.ofSeconds(3);

    private final String requestId;
    private final EventQueue events;
    private final Asker asker;

    Question(String requestId, EventQueue events, Asker asker) {
        this.requestId = requestId;
        this.events = events;
        this.asker = asker;
    }

    /** Shows the events as they arrive, and returns the one that settles the request. */
    TerminalEvent follow(AnswerView view, Duration timeout) throws InterruptedException {
        AnswerAssembler answer = new AnswerAssembler();
        Instant end = Instant.now().plus(timeout);
        boolean quiet = true;
        while (true) {
            Duration left = Duration.between(Instant.now(), end);
            if (left.isNegative() || left.isZero()) {
                throw timedOut(timeout);
            }
            Event event = next(quiet && QUIET.compareTo(left) < 0 ? QUIET : left);
            if (event == null) {
                if (quiet && !asker.anyWorkerTakesRequests()) {
                    view.nobodyTakesIt();
                }
                quiet = false;
                continue;
            }
            quiet = false;
            show(event, answer, view);
            if (answer.outcome().isPresent()) {
                return answer.outcome().get();
            }
        }
    }

    private @Nullable Event next(Duration wait) throws InterruptedException {
        try {
            return events.next(wait);
        } catch (ShutdownSignalException e) {
            throw Broken.trouble(e, asker.topology());
        }
    }

    private static void show(Event event, AnswerAssembler answer, AnswerView view) {
        view.arrived(event);
        ChatEvent decoded;
        try {
            decoded = event.decode();
        } catch (RuntimeException e) {
            view.unreadable(event, e);
            return;
        }
        view.changed(answer.accept(decoded));
    }

    /** Asks the workers to stop; their event arrives like any other. False when no worker listens. */
    boolean cancel() {
        return asker.cancel(new CancelCommand(requestId, null, Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    private Trouble timedOut(Duration timeout) {
        String fate = cancel() ? "it was cancelled" : "no worker listens, so it stays in the queue";
        return new Trouble(
                "No answer within " + timeout.toSeconds() + " s (request " + requestId + "); " + fate + ".",
                "Check the worker's health and log, or allow more time with --timeout.");
    }
}
