package io.chatworker.worker.run;

import io.chatworker.contracts.Contract;
import io.chatworker.contracts.Started;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.ollama.AnswerStream;
import io.chatworker.worker.ollama.ChatCall;
import io.chatworker.worker.ollama.OllamaFailure;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.publish.ChunkStream;
import io.chatworker.worker.publish.PublishAbandoned;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call to Ollama under a number and a random run of its own. For the chat's own thread. */
final class Attempt {

    final AttemptId id;
    final @Nullable Long queuedMs;
    final Answer answer;
    private final @Nullable ChunkStream chunks;
    private final Consumer<Duration> onFirstToken;
    private final long startedAt = System.nanoTime();
    private long firstTokenAt;
    private long endedAt;
    private int skippedLines;

    /** {@code chunks} is null where the requester wants none; the first token is told with its time from now. */
    Attempt(
            AttemptId id,
            @Nullable Long queuedMs,
            Answer answer,
            @Nullable ChunkStream chunks,
            Consumer<Duration> onFirstToken) {
        this.id = id;
        this.queuedMs = queuedMs;
        this.answer = answer;
        this.chunks = chunks;
        this.onFirstToken = onFirstToken;
    }

    Started started(Chat chat, Prompt prompt, String worker) {
        return new Started(
                Contract.VERSION,
                chat.address().requestId(),
                chat.address().conversationId(),
                id.number(),
                id.run(),
                prompt.model(),
                prompt.agent(),
                queuedMs,
                worker,
                prompt.dropped() == 0 ? null : prompt.dropped());
    }

    /** Reads the answer to its end, publishing it on the way. */
    AnswerLine.Done stream(ChatCall call) throws OllamaFailure, PublishAbandoned {
        try {
            AnswerStream stream = call.open();
            try {
                return read(stream);
            } finally {
                skippedLines = stream.skippedLines();
                // It may wait a moment for the end of the body, to use the connection again.
                Thread.startVirtualThread(stream::close);
            }
        } finally {
            endedAt = System.nanoTime();
            if (chunks != null) {
                chunks.flush();
            }
        }
    }

    private AnswerLine.Done read(AnswerStream stream) throws OllamaFailure, PublishAbandoned {
        while (true) {
            AnswerLine line = stream.next();
            if (firstTokenAt == 0 && line.hasToken()) {
                firstTokenAt = System.nanoTime();
                onFirstToken.accept(Duration.ofNanos(firstTokenAt - startedAt));
            }
            answer.add(line);
            if (chunks != null) {
                chunks.accept(
                        line.content(), line.thinking(), line.toolCalls(), line.logprobs(), stream.hasLineAtHand());
            }
            if (line.done() != null) {
                return line.done();
            }
        }
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
