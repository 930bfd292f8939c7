package io.chatworker.worker.run;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Started;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.ollama.AnswerStream;
import io.chatworker.worker.ollama.ChatCall;
import io.chatworker.worker.ollama.OllamaFailure;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.publish.ChunkStream;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.RequestEvents;
import io.chatworker.worker.publish.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One try under a number and a random run of its own: a call to Ollama, and further ones where the model's tool calls are
 * carried out between them. For the chat's own thread.
 */
final class Attempt {

    final AttemptId id;
    final @Nullable Long queuedMs;
    final Answer answer;
    /** With the turns that came of it so far. */
    private Prompt prompt;

    private final Chat chat;
    private final AttemptDesk desk;
    private final RequestEvents events;
    private final ChatListener listener;
    /** Null where the requester wants no chunks. */
    private final @Nullable ChunkStream chunks;

    private final long startedAt = System.nanoTime();
    private long firstTokenAt;
    private long endedAt;
    private int skippedLines;
    private @Nullable ErrorCode failedWith;
    /** What Ollama said at the end of all calls, and of the latest. */
    private AnswerLine.@Nullable Done whole;

    private AnswerLine.@Nullable Done done;
    /** Of the latest call. */
    private TokenGaps gaps = new TokenGaps();

    Attempt(AttemptId id, Prompt prompt, Chat chat, AttemptDesk desk, RequestEvents events, ChatListener listener) {
        this.id = id;
        this.prompt = prompt;
        this.chat = chat;
        this.desk = desk;
        this.events = events;
        this.listener = listener;
        this.queuedMs = chat.queuedMs(Instant.now());
        this.chunks = chat.streams() ? desk.publishing().chunks(events, id.number(), id.run()) : null;
        this.answer = new Answer(desk.mapper(), chunks == null);
    }

    /** Tells the requester that it begins. */
    void begin() throws PublishAbandoned {
        if (chunks != null) {
            events.publish(started());
        }
    }

    /**
     * Asks Ollama and reads the answer to its end, publishing it on the way. A stop closes the call.
     *
     * @param callsTools whether the tool calls in the answer are to be carried out, and so are not for the requester
     */
    void ask(boolean callsTools, ChatStop stop, WaitingNote waiting, Runnable onFirstToken)
            throws OllamaFailure, PublishAbandoned {
        boolean isFirst = whole == null;
        answer.goOn(callsTools);
        gaps = new TokenGaps();
        done = null;
        TraceContext trace = listener.calling(
                CallStart.of(id, prompt, isFirst ? queuedMs : null, chunks != null),
                chat.address().trace());
        ChatCall call = desk.ollama().call(prompt, trace.httpHeaders());
        stop.closes(call);
        try {
            stream(open(call, waiting), onFirstToken);
        } catch (OllamaFailure failure) {
            failedWith = stop.isStopped() ? null : failure.code();
            throw failure;
        } finally {
            endedAt = System.nanoTime();
            listener.called(new CallEnd(failedWith, done, gaps));
            if (chunks != null) {
                chunks.flush();
            }
        }
    }

    private Started started() {
        return new Started(
                Contract.VERSION,
                chat.address().requestId(),
                chat.address().conversationId(),
                id.number(),
                id.run(),
                prompt.model(),
                prompt.agent(),
                queuedMs,
                desk.worker(),
                prompt.dropped() == 0 ? null : prompt.dropped(),
                prompt.summarized() == 0 ? null : prompt.summarized());
    }

    /** Ollama says nothing at all before the first token. */
    private AnswerStream open(ChatCall call, WaitingNote waiting) throws OllamaFailure {
        if (chunks == null) {
            return call.open();
        }
        try (LoadingNote _ = new LoadingNote(desk, prompt.model(), waiting)) {
            return call.open();
        }
    }

    private void stream(AnswerStream stream, Runnable onFirstToken) throws OllamaFailure, PublishAbandoned {
        try {
            while (done == null) {
                take(stream.next(), stream.hasLineAtHand(), onFirstToken);
            }
        } finally {
            skippedLines += stream.skippedLines();
            // It may wait a moment for the end of the body.
            Thread.startVirtualThread(stream::close);
        }
    }

    private void take(AnswerLine line, boolean moreAtHand, Runnable onFirstToken) throws PublishAbandoned {
        if (line.hasToken()) {
            long now = System.nanoTime();
            gaps.token(now);
            if (firstTokenAt == 0) {
                firstTokenAt = now;
                onFirstToken.run();
                listener.firstToken(Duration.ofNanos(now - startedAt));
            }
        }
        answer.add(line);
        if (chunks != null) {
            JsonNode toolCalls = answer.callsTools() ? null : line.toolCalls();
            chunks.accept(line.content(), line.thinking(), toolCalls, line.logprobs(), moreAtHand);
        }
        AnswerLine.Done end = line.done();
        if (end != null) {
            done = end;
            whole = whole == null ? end : whole.and(end);
        }
    }

    /** Lays what the tools said on the conversation, behind the calls: the next {@link #ask} answers them. */
    void goOn(List<ChatMessage> tools) {
        List<ChatMessage> more = new ArrayList<>();
        more.add(answer.turn());
        more.addAll(tools);
        prompt = prompt.with(more);
        answer.goOn(true);
    }

    Prompt prompt() {
        return prompt;
    }

    /** What Ollama said at the end of the latest call; to be asked for only after {@link #ask} has returned. */
    AnswerLine.Done done() {
        return Objects.requireNonNull(done, "the answer has not ended");
    }

    /** What Ollama said at the end of all calls, summed; to be asked for only after {@link #ask} has returned. */
    AnswerLine.Done whole() {
        return Objects.requireNonNull(whole, "the answer has not ended");
    }

    int chunksPublished() {
        return chunks == null ? 0 : chunks.published();
    }

    @Nullable
    Integer skippedLines() {
        return skippedLines == 0 ? null : skippedLines;
    }

    /** To the end where nothing was said at all. */
    long timeToFirstTokenMs() {
        return ((firstTokenAt == 0 ? endedAt : firstTokenAt) - startedAt) / 1_000_000;
    }

    long totalMs() {
        return (endedAt - startedAt) / 1_000_000;
    }
}
