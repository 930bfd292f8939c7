package io.chatworker.worker.run;

import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.Waiting;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.contracts.WhenUnavailable;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.ollama.ChatCall;
import io.chatworker.worker.ollama.OllamaFailure;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.prompt.Refusal;
import io.chatworker.worker.publish.ChunkStream;
import io.chatworker.worker.publish.ChunkTiming;
import io.chatworker.worker.publish.Confirmation;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.RequestEvents;
import io.chatworker.worker.settings.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
 * <p>{@link #answer()} and {@link #refuse} belong to one thread; {@link #stop} comes from any.
 */
public final class ChatRun {

    private static final Logger log = LoggerFactory.getLogger(ChatRun.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final Chat chat;
    private final ChatDesk desk;
    private final Ending ending;
    private final RequestEvents events;
    private final Running running = new Running();
    private final Set<WaitingReason> told = EnumSet.noneOf(WaitingReason.class);
    private @Nullable WaitingReason waitingFor;

    public ChatRun(Chat chat, ChatDesk desk) {
        this.chat = chat;
        this.desk = desk;
        this.ending = new Ending(chat, desk.settings().worker());
        this.events =
                desk.publishing().to(chat.address(), running::isLeft, () -> running.stop(StopReason.REQUESTER_GONE));
    }

    /** Answers the request. Returns when its terminal event is confirmed, or it is no longer this worker's. */
    public Outcome answer() {
        ScheduledFuture<?> duration = stopIn(desk.settings().maxDuration(), StopReason.DURATION_EXCEEDED);
        ScheduledFuture<?> deadline = stopAtDeadline();
        try {
            Prompt prompt = desk.prompts().build(chat.request());
            desk.models().look(prompt.model());
            return tries(prompt);
        } catch (Refusal refusal) {
            return refuse(refusal);
        } catch (PublishAbandoned e) {
            return left();
        } catch (RuntimeException e) {
            return ownFault(e);
        } finally {
            duration.cancel(false);
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }

    /** Ends the request without asking Ollama. */
    public Outcome refuse(Refusal refusal) {
        AttemptId id = AttemptId.of(chat.earlierDeliveries(), 1);
        try {
            return end(ending.failed(id, refusal.code(), refusal.getMessage(), refusal.details()), true);
        } catch (PublishAbandoned e) {
            return left();
        }
    }

    /** Stops the chat; any thread, idempotent. */
    public void stop(StopReason reason) {
        running.stop(reason);
        events.wake();
    }

    public Chat chat() {
        return chat;
    }

    /** The way out for what belongs to this request beside its events. */
    public RequestEvents events() {
        return events;
    }

    private Outcome tries(Prompt prompt) throws PublishAbandoned {
        int failures = 0;
        int holds = 0;
        Attempt attempt = null;
        for (int tryInDelivery = 1; ; tryInDelivery++) {
            AttemptId id = AttemptId.of(chat.earlierDeliveries(), tryInDelivery);
            if (running.isStopped()) {
                return stopped(attempt == null ? id : attempt.id, attempt, prompt);
            }
            waitingFor = null;
            attempt = begin(id, prompt);
            try {
                AnswerLine.Done done = attempt.stream(call(prompt));
                return completed(attempt, prompt, done);
            } catch (OllamaFailure failure) {
                if (running.isStopped()) {
                    return stopped(id, attempt, prompt);
                }
                switch (failure.kind()) {
                    case FOR_GOOD -> {
                        return failed(attempt, failure, new LinkedHashMap<>(failure.details()));
                    }
                    case TRANSIENT -> {
                        if (++failures >= desk.settings().maxAttempts()) {
                            return failed(attempt, failure, withAttempts(failure, failures));
                        }
                        retryLater(id, failure, failures);
                    }
                    case UNREACHABLE -> {
                        if (chat.request().whenUnavailable() == WhenUnavailable.FAIL) {
                            return end(failedEvent(attempt, failure, new LinkedHashMap<>(failure.details())), false);
                        }
                        hold(id, failure, ++holds);
                    }
                }
            }
        }
    }

    private Attempt begin(AttemptId id, Prompt prompt) throws PublishAbandoned {
        ChunkTiming timing = new ChunkTiming(desk.settings().chunkInterval(), desk.timer());
        ChunkStream chunks = chat.streams() ? events.chunks(id.number(), id.run(), timing) : null;
        Answer answer = new Answer(desk.mapper(), chunks == null);
        Attempt attempt = new Attempt(id, chat.queuedMs(Instant.now()), answer, chunks, desk.listener());
        if (chat.streams()) {
            events.publish(attempt.started(chat, prompt, desk.settings().worker()));
        }
        return attempt;
    }

    private ChatCall call(Prompt prompt) {
        ChatCall call = desk.ollama().call(prompt, chat.address().trace().httpHeaders());
        running.calls(call);
        return call;
    }

    private Outcome completed(Attempt attempt, Prompt prompt, AnswerLine.Done done) throws PublishAbandoned {
        if (running.isLeft()) {
            return left();
        }
        Completed event = ending.completed(attempt, prompt, done, desk.models().info(prompt.model()));
        desk.listener().answered(event);
        return end(event, true);
    }

    private Outcome failed(Attempt attempt, OllamaFailure failure, Map<String, @Nullable Object> details)
            throws PublishAbandoned {
        return end(failedEvent(attempt, failure, details), true);
    }

    private Failed failedEvent(Attempt attempt, OllamaFailure failure, Map<String, @Nullable Object> details) {
        return ending.failed(attempt, failure.code(), failure.getMessage(), details);
    }

    private void retryLater(AttemptId id, OllamaFailure failure, int failures) throws PublishAbandoned {
        desk.listener().retrying(failure.code());
        WaitingReason reason =
                failure.code() == ErrorCode.OLLAMA_BUSY ? WaitingReason.OLLAMA_BUSY : WaitingReason.RETRY;
        tell(id, reason, failure.code());
        Duration wait = BACKOFF.after(failures, ThreadLocalRandom.current());
        Duration asked = failure.retryAfter();
        running.await(asked != null && asked.compareTo(wait) > 0 ? asked : wait);
    }

    private void hold(AttemptId id, OllamaFailure failure, int holds) throws PublishAbandoned {
        log.warn(
                "request {}: Ollama can not be reached; it is held and tried again",
                chat.address().requestId());
        tell(id, WaitingReason.OLLAMA_UNAVAILABLE, failure.code());
        running.await(BACKOFF.after(holds, ThreadLocalRandom.current()));
    }

    private void tell(AttemptId id, WaitingReason reason, @Nullable ErrorCode code) throws PublishAbandoned {
        waitingFor = reason;
        if (chat.streams() && told.add(reason)) {
            events.publish(new Waiting(
                    chat.address().requestId(), chat.address().conversationId(), id.number(), id.run(), reason, code));
        }
    }

    private Outcome stopped(AttemptId id, @Nullable Attempt attempt, Prompt prompt) throws PublishAbandoned {
        StopReason reason = running.reason();
        return switch (reason) {
            case CANCELLED -> cancelled(id, CancelReason.CANCELLED, attempt, prompt);
            case DEADLINE_EXCEEDED -> cancelled(id, CancelReason.DEADLINE_EXCEEDED, attempt, prompt);
            case REQUESTER_GONE -> cancelled(id, CancelReason.REQUESTER_GONE, attempt, prompt);
            case DURATION_EXCEEDED -> durationExceeded(id, attempt);
            case SHUTDOWN -> {
                tell(id, WaitingReason.DRAINING, null);
                yield new Outcome.GivenBack();
            }
            case null, default -> left();
        };
    }

    private Outcome cancelled(AttemptId id, CancelReason reason, @Nullable Attempt attempt, Prompt prompt)
            throws PublishAbandoned {
        String cause = waitingFor == null ? null : waitingFor.wire();
        return end(ending.cancelled(id, reason, cause, attempt, prompt), false);
    }

    private Outcome durationExceeded(AttemptId id, @Nullable Attempt attempt) throws PublishAbandoned {
        if (waitingFor == WaitingReason.OLLAMA_UNAVAILABLE) {
            return new Outcome.GivenBack();
        }
        long limit = desk.settings().maxDuration().toMillis();
        String message = "the request was not answered within " + limit + " ms";
        Map<String, @Nullable Object> details = Map.of("limit_ms", limit);
        return end(
                attempt == null
                        ? ending.failed(id, ErrorCode.DURATION_EXCEEDED, message, details)
                        : ending.failed(attempt, ErrorCode.DURATION_EXCEEDED, message, details),
                true);
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
        return refuse(new Refusal(ErrorCode.INTERNAL_ERROR, "the worker failed; its log says where", Map.of()));
    }

    /** Publishes the terminal event until the broker has it. */
    private Outcome end(TerminalEvent wanted, boolean deadLetter) throws PublishAbandoned {
        TerminalEvent event = wanted;
        byte[] body = events.encode(event);
        while (body.length > desk.settings().maxEventBytes() && !isTooLarge(event)) {
            event = ending.smaller(event, body.length, desk.settings().maxEventBytes());
            body = events.encode(event);
        }
        if (events.publishTerminal(event, body) == Confirmation.UNROUTABLE) {
            events.countUnroutable();
        }
        return outcome(event, deadLetter);
    }

    private static boolean isTooLarge(TerminalEvent event) {
        return event instanceof Failed failed && failed.error().code() == ErrorCode.ANSWER_TOO_LARGE;
    }

    private static Outcome outcome(TerminalEvent event, boolean deadLetter) {
        return switch (event) {
            case Completed _ -> new Outcome.Answered();
            case Cancelled cancelled -> new Outcome.Cancelled(cancelled.reason());
            case Failed failed ->
                new Outcome.Failed(failed.error().code(), failed.error().message(), failed.attempt(), deadLetter);
        };
    }

    private static Map<String, @Nullable Object> withAttempts(OllamaFailure failure, int attempts) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>(failure.details());
        details.put("attempts", attempts);
        return details;
    }

    private @Nullable ScheduledFuture<?> stopAtDeadline() {
        Instant deadline = chat.request().deadline();
        if (deadline == null) {
            return null;
        }
        Duration left = Duration.between(Instant.now(), deadline);
        if (!left.isPositive()) {
            running.stop(StopReason.DEADLINE_EXCEEDED);
        }
        return stopIn(left, StopReason.DEADLINE_EXCEEDED);
    }

    private ScheduledFuture<?> stopIn(Duration wait, StopReason reason) {
        long millis = Math.max(0, wait.toMillis());
        return desk.timer()
                .schedule(() -> Thread.startVirtualThread(() -> stop(reason)), millis, TimeUnit.MILLISECONDS);
    }
}
