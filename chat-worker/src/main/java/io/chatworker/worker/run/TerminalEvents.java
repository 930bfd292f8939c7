package io.chatworker.worker.run;

import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatError;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ContextWindow;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.ExecutedToolCall;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.Timings;
import io.chatworker.contracts.Usage;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.ollama.ModelInfo;
import io.chatworker.worker.ollama.OllamaFailure;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.prompt.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Words the one terminal event of a chat. */
final class TerminalEvents {

    private static final String PROVIDER = "ollama";
    private static final String FELL_OVER = "Ollama failed at this request each time after it had come back";

    private final Chat chat;
    private final String worker;

    TerminalEvents(Chat chat, String worker) {
        this.chat = chat;
        this.worker = worker;
    }

    /** {@code executed}: the tool calls that were carried out for it, or null for none. */
    Completed completed(Attempt attempt, ModelInfo model, @Nullable List<ExecutedToolCall> executed) {
        Prompt prompt = attempt.prompt();
        AnswerLine.Done whole = attempt.whole();
        ChatMessage message = attempt.answer.message();
        return new Completed(
                Contract.VERSION,
                chat.address().requestId(),
                chat.address().conversationId(),
                attempt.id.number(),
                attempt.id.run(),
                AttemptId.random(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                prompt.model(),
                PROVIDER,
                worker,
                message,
                whole.reason(),
                attempt.chunksPublished(),
                attempt.skippedLines(),
                attempt.answer.logprobs(),
                new Usage(whole.promptEvalCount(), whole.evalCount(), whole.tokens()),
                timings(attempt, whole),
                contextWindow(prompt, model, attempt.done().tokens()),
                prompt.dropped() == 0 ? null : prompt.dropped(),
                prompt.summarized() == 0 ? null : prompt.summarized(),
                history(prompt, attempt.answer.turn()),
                null,
                executed,
                null,
                chat.request().metadata());
    }

    Failed rejected(AttemptId id, Rejection rejection) {
        return failed(id, rejection.code(), rejection.getMessage(), rejection.details(), null, 0);
    }

    Failed failed(Attempt attempt, OllamaFailure failure) {
        return failed(attempt, failure.code(), failure.getMessage(), new LinkedHashMap<>(failure.details()));
    }

    /** After so many failures none of which had to be the last. */
    Failed failedAfter(Attempt attempt, OllamaFailure failure, int attempts) {
        return failed(attempt, failure.code(), failure.getMessage(), with(failure.details(), attempts));
    }

    /** After so many trials of its own, each of which failed although Ollama was there. */
    Failed fellOver(Attempt attempt, OllamaFailure failure, int trials) {
        return failure.kind() == OllamaFailure.Kind.FOR_GOOD
                ? failedAfter(attempt, failure, trials)
                : failed(attempt, ErrorCode.OLLAMA_ERROR, FELL_OVER, with(failure.details(), trials));
    }

    /** Ollama is away, and the requester would rather not wait. */
    Failed unavailable(Tries tries) {
        OllamaFailure last = tries.lastFailure();
        String why = last == null ? "Ollama cannot be reached" : last.getMessage();
        return latest(tries, ErrorCode.OLLAMA_UNAVAILABLE, why, Map.of());
    }

    Failed durationExceeded(Tries tries, Duration limit) {
        String why = "the request was not answered within " + limit.toMillis() + " ms";
        return latest(tries, ErrorCode.DURATION_EXCEEDED, why, Map.of("limit_ms", limit.toMillis()));
    }

    private Failed latest(Tries tries, ErrorCode code, String message, Map<String, @Nullable Object> details) {
        Attempt latest = tries.latest();
        return latest == null
                ? failed(tries.next(), code, message, details, null, 0)
                : failed(latest, code, message, details);
    }

    private static Map<String, @Nullable Object> with(Map<String, Object> details, int attempts) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(details);
        more.put("attempts", attempts);
        return more;
    }

    private Failed failed(Attempt attempt, ErrorCode code, String message, Map<String, @Nullable Object> details) {
        return failed(attempt.id, code, message, details, attempt.answer.partial(), attempt.chunksPublished());
    }

    private Failed failed(
            AttemptId id,
            ErrorCode code,
            String message,
            Map<String, @Nullable Object> details,
            @Nullable ChatMessage partial,
            int chunks) {
        return new Failed(
                Contract.VERSION,
                chat.address().requestId(),
                chat.address().conversationId(),
                id.number(),
                id.run(),
                new ChatError(code, message, details),
                code.retryable(),
                partial,
                chunks,
                chat.request().metadata());
    }

    /** {@code cause}: what the chat waited for, or null. */
    Cancelled cancelled(Tries tries, CancelReason reason, @Nullable WaitingReason cause, Prompt prompt) {
        AttemptId id = tries.latestId();
        Attempt attempt = tries.latest();
        ChatMessage partial = attempt == null ? null : attempt.answer.partial();
        return new Cancelled(
                Contract.VERSION,
                chat.address().requestId(),
                chat.address().conversationId(),
                id.number(),
                id.run(),
                reason,
                cause == null ? null : cause.wire(),
                partial,
                attempt == null ? 0 : attempt.chunksPublished(),
                history(prompt, attempt == null ? null : attempt.answer.partialTurn()),
                null,
                chat.request().metadata());
    }

    /**
     * The same event without its history, or without the content of tool calls; an event that has neither is
     * {@code answer_too_large}.
     */
    TerminalEvent smaller(TerminalEvent event, int bytes, int most) {
        return switch (event) {
            case Completed completed when completed.history() != null -> completed.withoutHistory();
            case Completed completed
            when completed.toolCallsExecuted() != null && completed.contentOmitted() == null ->
                completed.withoutToolContent();
            case Cancelled cancelled when cancelled.history() != null -> cancelled.withoutHistory();
            default ->
                failed(
                        new AttemptId(event.attempt(), event.run()),
                        ErrorCode.ANSWER_TOO_LARGE,
                        "the answer takes " + bytes + " bytes as an event, and " + most + " are the limit",
                        Map.of("bytes", bytes, "limit", most),
                        null,
                        event.chunks());
        };
    }

    private static Timings timings(Attempt attempt, AnswerLine.Done done) {
        Double perSecond = done.evalDuration() > 0 ? done.evalCount() * 1e9 / done.evalDuration() : null;
        return new Timings(
                attempt.queuedMs,
                attempt.timeToFirstTokenMs(),
                attempt.totalMs(),
                done.loadDuration(),
                done.promptEvalDuration(),
                done.evalDuration(),
                perSecond);
    }

    private static ContextWindow contextWindow(Prompt prompt, ModelInfo model, int usedTokens) {
        Long trained = model.contextLength();
        return trained != null && trained < prompt.window().size()
                ? new ContextWindow(trained, usedTokens, ContextWindowReason.MODEL)
                : new ContextWindow(
                        prompt.window().size(), usedTokens, prompt.window().reason());
    }

    private @Nullable List<ChatMessage> history(Prompt prompt, @Nullable ChatMessage answer) {
        if (Boolean.FALSE.equals(chat.request().returnHistory())) {
            return null;
        }
        List<ChatMessage> history = new ArrayList<>(prompt.turns());
        if (answer != null) {
            history.add(answer);
        }
        return history;
    }
}
