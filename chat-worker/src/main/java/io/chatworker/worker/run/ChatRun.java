package io.chatworker.worker.run;

import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Waiting;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.contracts.WhenUnavailable;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.ollama.ChatCall;
import io.chatworker.worker.ollama.ModelInfo;
import io.chatworker.worker.ollama.OllamaFailure;
import io.chatworker.worker.ollama.OllamaGate;
import io.chatworker.worker.prompt.Capabilities;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.publish.ChunkStream;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.RequestEvents;
import io.chatworker.worker.publish.RequesterWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its delivery to its outcome: prompt, stream, publish, and again where a failure may pass.
 *
 * <p>The laws of this worker, which its tests cite:
 *
 * <ol>
 *   <li>A request is acknowledged only after its terminal event on the completions exchange is confirmed, and, where
 *       it failed, its dead letter too.
 *   <li>Every request that reaches the queue gets a terminal event, and a second one only as the repeat that a crash
 *       between confirm and acknowledgement makes; an attempt that is handed back or retried gets none.
 *   <li>The chunks of an attempt are gapless, in order, before the terminal event, and add up to its message.
 *   <li>A generation whose delivery is lost, whose deadline passed, whose requester went or which was cancelled closes
 *       its call to Ollama at once.
 *   <li>An outage of Ollama or the broker, however long or often, loses nothing and dead-letters nothing.
 *   <li>No queue, buffer, map or wait in the process is without a bound and a name; a slow broker slows reading from
 *       Ollama.
 *   <li>No request, whatever its bytes or properties, takes the worker or its channels down, makes it write outside
 *       its exchanges and the allowed reply queues, or reaches the log with its text.
 *   <li>Shutdown is two steps: stop intake and let runs end; then cancel the rest and hand back.
 * </ol>
 *
 * <p>{@link #answer()} and {@link #reject} belong to one thread; {@link #stop} comes from any.
 */
public final class ChatRun {

    private static final Logger log = LoggerFactory.getLogger(ChatRun.class);
    private static final int MAX_FAILED_TRIALS = 3;
    private static final String FELL_OVER = "Ollama failed at this request each time after it had come back";
    private static final String CLOSED_BY_TRIAL = "Ollama came back and failed at the first request";

    private final Chat chat;
    private final ChatDesk desk;
    private final Ending ending;
    private final Conclusion conclusion;
    private final RequestEvents events;
    private final Running running = new Running();

    // Only for the chat's own thread.
    private final Set<WaitingReason> told = EnumSet.noneOf(WaitingReason.class);
    private AttemptId next;
    private int tries;
    private int failures;
    private int failedTrials;
    private @Nullable Attempt latest;
    private @Nullable OllamaFailure failure;
    private @Nullable WaitingReason waitingFor;

    public ChatRun(Chat chat, ChatDesk desk) {
        this.chat = chat;
        this.desk = desk;
        this.ending = new Ending(chat, desk.worker());
        this.next = AttemptId.of(chat.earlierDeliveries(), 1);
        this.events = desk.publishing().to(chat.address(), running.left);
        this.conclusion = new Conclusion(events, ending, desk);
    }

    /** Answers the request. Returns when its terminal event is confirmed, or it is no longer this worker's. */
    public Outcome answer() {
        try (RequesterWatch _ = watchRequester();
                TimeLimits limits = new TimeLimits(desk.timer(), this::stop)) {
            limits.stopAfter(desk.settings().maxDuration(), StopReason.DURATION_EXCEEDED);
            limits.stopAt(chat.request().deadline(), StopReason.DEADLINE_EXCEEDED);
            Prompt prompt = desk.prompts().build(chat.request());
            desk.models().look(prompt.model());
            checkCapabilities(prompt);
            try (SuspectLane.Place _ = desk.lane().enter(chat.earlierDeliveries(), running::isOver)) {
                return answer(prompt);
            }
        } catch (Rejection rejection) {
            return rejected(rejection);
        } catch (PublishAbandoned e) {
            return left();
        } catch (RuntimeException e) {
            return ownFault(e);
        } finally {
            desk.gate().leave(this);
        }
    }

    /** Ends the request without asking Ollama. */
    public Outcome reject(Rejection rejection) {
        try (RequesterWatch _ = watchRequester()) {
            return rejected(rejection);
        }
    }

    private RequesterWatch watchRequester() {
        return desk.publishing().watch(events, () -> stop(StopReason.REQUESTER_GONE));
    }

    private Outcome rejected(Rejection rejection) {
        try {
            return conclusion.end(
                    ending.failed(next, rejection.code(), rejection.getMessage(), rejection.details()), true);
        } catch (PublishAbandoned e) {
            return left();
        }
    }

    /** Stops the chat and closes its call; any thread, idempotent. */
    public void stop(StopReason reason) {
        running.stop(reason);
        desk.lane().wake();
    }

    /** No new attempt from here on: what waits for one is handed back. Any thread. */
    public void drain() {
        running.drain();
        desk.lane().wake();
    }

    public Chat chat() {
        return chat;
    }

    /** The way out for what belongs to this request beside its events. */
    public RequestEvents events() {
        return events;
    }

    private void checkCapabilities(Prompt prompt) throws Rejection {
        Set<String> needed = Capabilities.needed(prompt);
        if (!needed.isEmpty()) {
            ModelInfo model = desk.models().info(prompt.model(), running.over);
            Capabilities.check(prompt, needed, model.capabilities() == null ? needed : model.capabilities());
        }
    }

    private Outcome answer(Prompt wanted) throws PublishAbandoned {
        Prompt prompt = wanted;
        while (true) {
            awaitOllama();
            if (running.isOver()) {
                return stopped(prompt);
            }
            if (tries >= AttemptId.MAX_TRIES) {
                // The next delivery has numbers of its own.
                return new Outcome.GivenBack();
            }
            if (waitingFor == WaitingReason.OLLAMA_UNAVAILABLE && failsFast()) {
                return unavailable();
            }
            Attempt attempt = begin(prompt);
            try {
                return completed(attempt, prompt, attempt.stream(call(prompt)));
            } catch (OllamaFailure e) {
                failure = e;
            }
            if (running.isStopped()) {
                return stopped(prompt);
            }
            if (failure.kind() == OllamaFailure.Kind.FOR_GOOD) {
                desk.gate().answered(this);
            }
            Optional<Prompt> again = failure.code() == ErrorCode.CONTEXT_LENGTH_EXCEEDED
                    ? prompt.shorter(failure.promptTokens(), failure.contextLength())
                    : retried(failure) ? Optional.of(prompt) : Optional.empty();
            if (again.isEmpty()) {
                return failed(attempt, failure);
            }
            prompt = again.get();
        }
    }

    /** Waits while Ollama can not be reached; where that takes too long, the request is to go back to the queue. */
    private void awaitOllama() throws PublishAbandoned {
        if (running.isOver() || desk.gate().passes(this)) {
            return;
        }
        if (failsFast() && desk.gate().isClosed()) {
            waitingFor = WaitingReason.OLLAMA_UNAVAILABLE;
            return;
        }
        tell(WaitingReason.OLLAMA_UNAVAILABLE, failure == null ? ErrorCode.OLLAMA_UNAVAILABLE : failure.code());
        Duration limit = chat.lastDelivery() ? null : desk.settings().hold();
        if (desk.gate().enter(this, limit, running.over) == OllamaGate.Entry.TIMED_OUT) {
            running.stop(StopReason.HELD_TOO_LONG);
        } else {
            waitingFor = running.isOver() ? waitingFor : null;
        }
    }

    private boolean failsFast() {
        return chat.request().whenUnavailable() == WhenUnavailable.FAIL;
    }

    private Attempt begin(Prompt prompt) throws PublishAbandoned {
        ChunkStream chunks = chat.streams() ? desk.publishing().chunks(events, next.number(), next.run()) : null;
        Answer answer = new Answer(desk.mapper(), chunks == null);
        Attempt attempt = new Attempt(next, chat.queuedMs(Instant.now()), answer, chunks, this::firstToken);
        latest = attempt;
        next = AttemptId.of(chat.earlierDeliveries(), ++tries + 1);
        waitingFor = null;
        desk.listener().started(attempt.queuedMs);
        if (chat.streams()) {
            events.publish(attempt.started(chat, prompt, desk.worker()));
        }
        return attempt;
    }

    private ChatCall call(Prompt prompt) {
        ChatCall call = desk.ollama().call(prompt, chat.address().trace().httpHeaders());
        running.calls(call);
        return call;
    }

    private void firstToken(Duration sinceStart) {
        desk.gate().answered(this);
        desk.listener().firstToken(sinceStart);
    }

    private Outcome completed(Attempt attempt, Prompt prompt, AnswerLine.Done done) throws PublishAbandoned {
        desk.gate().answered(this);
        if (!events.requesterTookAll()) {
            stop(StopReason.REQUESTER_GONE);
        }
        if (running.isLeft()) {
            return left();
        }
        if (running.reason() == StopReason.REQUESTER_GONE) {
            return stopped(prompt);
        }
        Completed event = ending.completed(attempt, prompt, done, desk.models().known(prompt.model()));
        desk.listener().answered(event);
        return conclusion.end(event, true);
    }

    /** Whether there is to be another attempt; waits for it where it is to come later. */
    private boolean retried(OllamaFailure failure) throws PublishAbandoned {
        boolean trial = desk.gate().isTrial(this);
        if (failure.kind() == OllamaFailure.Kind.FOR_GOOD) {
            return false;
        }
        if (trial || failure.kind() == OllamaFailure.Kind.UNREACHABLE) {
            desk.gate().close(failure.code() == ErrorCode.OLLAMA_UNAVAILABLE ? failure.reason() : CLOSED_BY_TRIAL);
            failedTrials += trial && failure.asked() ? 1 : 0;
            return failedTrials < MAX_FAILED_TRIALS;
        }
        if (++failures >= desk.settings().maxAttempts()) {
            return false;
        }
        desk.listener().retrying(failure.code());
        boolean busy = failure.code() == ErrorCode.OLLAMA_BUSY;
        tell(busy ? WaitingReason.OLLAMA_BUSY : WaitingReason.RETRY, failure.code());
        running.await(RetryWait.of(failures, failure.retryAfter(), ThreadLocalRandom.current()));
        return true;
    }

    private Outcome failed(Attempt attempt, OllamaFailure failure) throws PublishAbandoned {
        Map<String, @Nullable Object> details = new LinkedHashMap<>(failure.details());
        if (failedTrials >= MAX_FAILED_TRIALS) {
            details.put("attempts", failedTrials);
            return conclusion.end(ending.failed(attempt, ErrorCode.OLLAMA_ERROR, FELL_OVER, details), true);
        }
        if (failure.kind() == OllamaFailure.Kind.TRANSIENT) {
            details.put("attempts", failures);
        }
        return conclusion.end(ending.failed(attempt, failure.code(), failure.getMessage(), details), true);
    }

    private Outcome unavailable() throws PublishAbandoned {
        String why = failure == null ? "Ollama can not be reached" : failure.getMessage();
        return conclusion.end(
                latest == null
                        ? ending.failed(next, ErrorCode.OLLAMA_UNAVAILABLE, why, Map.of())
                        : ending.failed(latest, ErrorCode.OLLAMA_UNAVAILABLE, why, Map.of()),
                false);
    }

    private void tell(WaitingReason reason, @Nullable ErrorCode code) throws PublishAbandoned {
        waitingFor = reason;
        if (chat.streams() && told.add(reason)) {
            AttemptId id = latestId();
            events.publish(new Waiting(
                    chat.address().requestId(), chat.address().conversationId(), id.number(), id.run(), reason, code));
        }
    }

    /** The latest try's, before the first that of the try to come. */
    private AttemptId latestId() {
        return latest == null ? next : latest.id;
    }

    private Outcome stopped(Prompt prompt) throws PublishAbandoned {
        return switch (running.reason()) {
            case CANCELLED -> cancelled(CancelReason.CANCELLED, prompt);
            case DEADLINE_EXCEEDED -> cancelled(CancelReason.DEADLINE_EXCEEDED, prompt);
            case REQUESTER_GONE -> cancelled(CancelReason.REQUESTER_GONE, prompt);
            case DURATION_EXCEEDED -> durationExceeded();
            case DELIVERY_LOST -> new Outcome.Lost();
            case HELD_TOO_LONG -> new Outcome.GivenBack();
            case SHUTDOWN -> handedBack();
            // Draining, and no attempt runs.
            case null -> handedBack();
        };
    }

    private Outcome cancelled(CancelReason reason, Prompt prompt) throws PublishAbandoned {
        String cause = waitingFor == null ? null : waitingFor.wire();
        return conclusion.end(ending.cancelled(latestId(), reason, cause, latest, prompt), false);
    }

    private Outcome durationExceeded() throws PublishAbandoned {
        // Where no attempt was made, the request is not to blame.
        if (latest == null || waitingFor == WaitingReason.OLLAMA_UNAVAILABLE) {
            return new Outcome.GivenBack();
        }
        long limit = desk.settings().maxDuration().toMillis();
        String message = "the request was not answered within " + limit + " ms";
        Map<String, @Nullable Object> details = Map.of("limit_ms", limit);
        return conclusion.end(ending.failed(latest, ErrorCode.DURATION_EXCEEDED, message, details), true);
    }

    private Outcome handedBack() throws PublishAbandoned {
        tell(WaitingReason.DRAINING, null);
        return new Outcome.GivenBack();
    }

    private Outcome left() {
        return running.reason() == StopReason.SHUTDOWN ? new Outcome.GivenBack() : new Outcome.Lost();
    }

    private Outcome ownFault(RuntimeException fault) {
        // The message may quote the request; where it happened does not.
        StackTraceElement[] trace = fault.getStackTrace();
        log.error(
                "request {}: {} at {}",
                chat.address().requestId(),
                fault.getClass().getName(),
                trace.length == 0 ? "an unknown place" : trace[0]);
        return rejected(new Rejection(ErrorCode.INTERNAL_ERROR, "the worker failed; its log says where", Map.of()));
    }
}
