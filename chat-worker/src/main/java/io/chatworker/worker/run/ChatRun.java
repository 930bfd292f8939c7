package io.chatworker.worker.run;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.ollama.OllamaFailure;
import io.chatworker.worker.ollama.OllamaGate;
import io.chatworker.worker.ollama.Ticket;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.prompt.SummaryDraft;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.Publishing;
import io.chatworker.worker.publish.RequestEvents;
import io.chatworker.worker.publish.WatchedRequester;
import io.chatworker.worker.tools.RequestTools;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One request from its delivery to its outcome: prompt, call, stream, publish, again after the model's tool calls were
 * carried out, and again after a failure that may pass. Each step returns what is to happen {@link Next next};
 * {@link #failed} and {@link #stopped} are the contract's table "What happens when".
 *
 * <p>The laws of this worker, which its tests cite:
 *
 * <ol>
 *   <li>A request is acknowledged only after its terminal event on the completions exchange is confirmed, and, where
 *       it failed, its dead letter too.
 *   <li>Every request that reaches the queue gets a terminal event, and a second one only as the repeat that a crash
 *       between confirm and acknowledgement makes; an attempt that is requeued or retried gets none.
 *   <li>The chunks of an attempt are gapless, in order, before the terminal event, and add up to its message.
 *   <li>A generation whose delivery is lost, whose deadline passed, whose requester went or which was cancelled closes
 *       its call to Ollama at once.
 *   <li>An outage of Ollama or the broker, however long or often, loses nothing and dead-letters nothing.
 *   <li>No queue, buffer, map or wait in the process is without a bound and a name; a slow broker slows reading from
 *       Ollama.
 *   <li>No request, whatever its bytes or properties, takes the worker or its channels down, makes it write outside
 *       its exchanges and the allowed reply queues, or reaches the log with its text.
 *   <li>Shutdown is two steps: stop intake and let runs end; then cancel the rest and requeue.
 * </ol>
 *
 * <p>Over 300 lines, because whatever may happen to a request is told in one place, with the laws above it.
 *
 * <p>{@link #answerUnless} belongs to one thread; {@link #stop} comes from any.
 */
public final class ChatRun {

    private static final Next REQUEUE = new Next.End(new Outcome.Requeued());

    private final Chat chat;
    private final ChatDesk desk;
    private final ChatListener listener;
    private final OllamaGate gate;
    private final RequestEvents events;
    private final TerminalEvents words;
    private final TerminalSend terminal;
    private final ChatStop stop = new ChatStop();
    private final Ticket ticket = new Ticket();

    // Only for the chat's own thread.
    private final Tries tries;
    private final WaitingNote waiting;
    private final RequestTools tools;
    private final Summarizer summarizer;

    /** Asks nobody for anything yet. */
    public ChatRun(Chat chat, ChatDesk desk, ChatListener listener) {
        this.chat = chat;
        this.desk = desk;
        this.listener = listener;
        this.gate = desk.gate();
        Publishing publishing = desk.attempts().publishing();
        this.events = publishing.to(chat.address(), stop.left);
        this.words = new TerminalEvents(chat, desk.attempts().worker());
        this.terminal = new TerminalSend(events, words, publishing::maxEventBytes, listener);
        this.tries = new Tries(chat.earlierDeliveries());
        this.waiting = new WaitingNote(chat, events, tries, listener);
        this.summarizer = new Summarizer(chat, desk, listener);
        this.tools = desk.tools().of(chat.toolRequest(desk.settings().maxDuration()));
    }

    /**
     * Answers the request, or ends it without asking Ollama where there is a rejection. Returns when its terminal event is
     * confirmed, or when the request is no longer this worker's.
     */
    public Outcome answerUnless(@Nullable Rejection rejection) {
        try (WatchedRequester _ =
                desk.attempts().publishing().watch(events, () -> stop.stop(StopReason.REQUESTER_GONE))) {
            return rejection == null ? answered() : rejected(rejection);
        } catch (PublishAbandoned e) {
            return stop.reason() == StopReason.SHUTDOWN ? new Outcome.Requeued() : new Outcome.Lost();
        } finally {
            gate.leave(ticket);
        }
    }

    /** Stops the chat and closes its call; any thread, idempotent. */
    public void stop(StopReason reason) {
        stop.stop(reason);
    }

    /** No new attempt from here on: what waits for one is requeued. Any thread. */
    public void drain() {
        stop.drain();
    }

    public Chat chat() {
        return chat;
    }

    /** Publishes what belongs to this request beside its events, behind them. */
    public RequestEvents events() {
        return events;
    }

    private Outcome answered() throws PublishAbandoned {
        try (TimeLimits _ = new TimeLimits(desk, chat, stop)) {
            Prompt prompt = desk.prompts().build(chat.request(), stop.over);
            try (SuspectLane.Place _ = desk.lane().enter(chat.earlierDeliveries(), stop.over)) {
                return answered(prompt);
            }
        } catch (Rejection rejection) {
            return rejected(rejection);
        } catch (RuntimeException e) {
            return rejected(OwnFault.of("request " + chat.address().requestId(), e));
        }
    }

    private Outcome answered(Prompt wanted) throws PublishAbandoned {
        Next next = new Next.Enter(wanted);
        while (true) {
            switch (next) {
                case Next.Enter(Prompt prompt, Next then) -> next = enter(prompt, then);
                case Next.Begin(Prompt prompt) -> next = begin(prompt);
                case Next.Ask(Attempt attempt) -> next = ask(attempt);
                case Next.Summarize(Attempt attempt, SummaryDraft draft) -> next = summarize(attempt, draft);
                case Next.CallTools(Attempt attempt) -> next = callTools(attempt);
                case Next.End(Outcome outcome) -> {
                    return outcome;
                }
            }
        }
    }

    /** While Ollama is away the request is held here; it is requeued when another worker could take it. */
    private Next enter(Prompt prompt, Next then) throws PublishAbandoned {
        if (!stop.isOver() && !gate.passes(ticket)) {
            if (chat.failsFast() && gate.isClosed()) {
                return ended(words.unavailable(tries), false);
            }
            waiting.begin(WaitingReason.OLLAMA_UNAVAILABLE, tries.lastCode());
            try (Hold hold = new Hold(desk, chat, stop.over)) {
                if (!gate.enter(ticket, hold.over) && !stop.isOver()) {
                    return REQUEUE;
                }
            }
        }
        if (stop.isOver()) {
            return stopped(prompt);
        }
        return tries.areUsedUp() ? REQUEUE : then;
    }

    private Next begin(Prompt prompt) throws PublishAbandoned {
        Attempt attempt = new Attempt(tries.next(), prompt, chat, desk.attempts(), events, listener);
        tries.began(attempt);
        waiting.end();
        attempt.begin();
        return new Next.Ask(attempt);
    }

    private Next ask(Attempt attempt) throws PublishAbandoned {
        try {
            attempt.ask(tools.hasRoundsLeft(), stop, waiting, () -> gate.answered(ticket));
        } catch (OllamaFailure failure) {
            return stop.isStopped() ? stopped(attempt.prompt()) : failed(attempt, failure);
        }
        return attempt.answer.callsToCarryOut().isEmpty() ? completed(attempt) : new Next.CallTools(attempt);
    }

    /** What the tools say is laid on the conversation, and Ollama asked again within the same attempt. */
    private Next callTools(Attempt attempt) throws PublishAbandoned {
        Optional<List<ChatMessage>> said = tools.carryOut(
                attempt.answer.callsToCarryOut(),
                attempt.id.number(),
                attempt.id.run(),
                stop.stopped,
                new ToolEvents(chat, attempt.id, events, listener));
        if (said.isEmpty()) {
            return stopped(attempt.prompt());
        }
        attempt.goOn(said.get());
        return gate.passes(ticket) ? new Next.Ask(attempt) : new Next.Enter(attempt.prompt());
    }

    private Next completed(Attempt attempt) throws PublishAbandoned {
        gate.completed(ticket);
        if (!events.requesterTookAll()) {
            stop.stop(StopReason.REQUESTER_GONE);
        }
        if (stop.isLeft() || stop.reason() == StopReason.REQUESTER_GONE) {
            return stopped(attempt.prompt());
        }
        Completed event = words.completed(attempt, desk.prompts().modelOf(attempt.prompt()), tools.executed());
        listener.answered(event);
        return ended(event, true);
    }

    private Next failed(Attempt attempt, OllamaFailure failure) throws PublishAbandoned {
        tries.failed(failure);
        return switch (gate.failed(ticket, failure)) {
            case HOLD -> new Next.Enter(attempt.prompt());
            case GIVE_UP -> ended(words.fellOver(attempt, failure, Ticket.MAX_FAILED_TRIALS), true);
            case GO_ON ->
                failure.kind() == OllamaFailure.Kind.FOR_GOOD
                        ? failedForGood(attempt, failure)
                        : waitAndRetry(attempt, failure);
        };
    }

    /** Only a prompt that is too long can be helped: by a summary of the oldest rounds, or by leaving them out. */
    private Next failedForGood(Attempt attempt, OllamaFailure failure) throws PublishAbandoned {
        Optional<SummaryDraft> draft = summarizer.begin(attempt.prompt(), failure);
        if (draft.isPresent()) {
            return next(attempt, draft.get());
        }
        Optional<Prompt> shorter = failure.code() == ErrorCode.CONTEXT_LENGTH_EXCEEDED
                ? attempt.prompt().shorter(failure.promptTokens(), failure.contextLength())
                : Optional.empty();
        if (shorter.isPresent()) {
            return new Next.Enter(shorter.get());
        }
        gate.ended(failure);
        return ended(words.failed(attempt, failure), true);
    }

    private Next summarize(Attempt attempt, SummaryDraft draft) throws PublishAbandoned {
        waiting.begin(WaitingReason.SUMMARIZING, null);
        try {
            boolean goesOn = summarizer.ask(attempt.id, draft, stop.over, () -> gate.answered(ticket));
            return goesOn ? next(attempt, draft) : new Next.Enter(summarizer.dropped(draft));
        } catch (OllamaFailure failure) {
            return stop.isOver() ? stopped(attempt.prompt()) : notSummarized(attempt, draft, failure);
        }
    }

    private Next next(Attempt attempt, SummaryDraft draft) {
        return draft.isWhole()
                ? new Next.Enter(summarizer.summarized(draft))
                : new Next.Enter(attempt.prompt(), new Next.Summarize(attempt, draft));
    }

    /** An outage is waited for; any other failure is not worth another try, since the rounds can be dropped. */
    private Next notSummarized(Attempt attempt, SummaryDraft draft, OllamaFailure failure) throws PublishAbandoned {
        tries.failed(failure);
        return switch (gate.failed(ticket, failure)) {
            case HOLD -> failure.mayBeItsOwnFault() ? new Next.Enter(summarizer.dropped(draft)) : next(attempt, draft);
            case GIVE_UP -> ended(words.fellOver(attempt, failure, Ticket.MAX_FAILED_TRIALS), true);
            case GO_ON ->
                failure.code() == ErrorCode.CONTEXT_LENGTH_EXCEEDED
                                && draft.shrink(failure.promptTokens(), failure.contextLength())
                        ? next(attempt, draft)
                        : new Next.Enter(summarizer.dropped(draft));
        };
    }

    private Next waitAndRetry(Attempt attempt, OllamaFailure failure) throws PublishAbandoned {
        if (tries.countFailure() >= desk.settings().maxAttempts()) {
            gate.ended(failure);
            return ended(words.failedAfter(attempt, failure, tries.failures()), true);
        }
        listener.retrying(failure.code());
        boolean busy = failure.code() == ErrorCode.OLLAMA_BUSY;
        waiting.begin(busy ? WaitingReason.OLLAMA_BUSY : WaitingReason.RETRY, failure.code());
        stop.await(RetryWait.of(tries.failures(), failure.retryAfter(), ThreadLocalRandom.current()));
        return new Next.Enter(attempt.prompt());
    }

    private Next stopped(Prompt prompt) throws PublishAbandoned {
        StopReason reason = stop.reason();
        return switch (reason) {
            case CANCELLED, DEADLINE_EXCEEDED, REQUESTER_GONE ->
                ended(words.cancelled(tries, reason.inEvents(), waiting.current(), prompt), false);
            case DURATION_EXCEEDED -> durationExceeded();
            case DELIVERY_LOST -> new Next.End(new Outcome.Lost());
            case SHUTDOWN -> drained();
            case null -> drained(); // No call runs, and none is to begin.
        };
    }

    /** A request that was never tried, or waits for Ollama, is not to blame. */
    private Next durationExceeded() throws PublishAbandoned {
        return tries.latest() == null || waiting.current() == WaitingReason.OLLAMA_UNAVAILABLE
                ? REQUEUE
                : ended(words.durationExceeded(tries, desk.settings().maxDuration()), true);
    }

    private Next drained() throws PublishAbandoned {
        waiting.begin(WaitingReason.DRAINING, null);
        return REQUEUE;
    }

    private Next ended(TerminalEvent event, boolean deadLetter) throws PublishAbandoned {
        return new Next.End(terminal.publish(event, deadLetter));
    }

    private Outcome rejected(Rejection rejection) throws PublishAbandoned {
        return terminal.publish(words.rejected(tries.next(), rejection), true);
    }
}
