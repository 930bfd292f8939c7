package io.chatworker.worker.run;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.ollama.AnswerStream;
import io.chatworker.worker.ollama.ChatCall;
import io.chatworker.worker.ollama.OllamaFailure;
import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.prompt.SummaryDraft;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has Ollama write the summaries of one chat, a call for each piece. Nothing of them is published but in the history, and
 * nothing is logged. For the chat's own thread.
 */
final class Summarizer {

    /** A model that goes on for longer writes no summary. */
    private static final int MAX_CHARS = 64 * 1024;

    private final Chat chat;
    private final ChatDesk desk;
    private final ChatListener listener;
    private long beganAt;

    Summarizer(Chat chat, ChatDesk desk, ChatListener listener) {
        this.chat = chat;
        this.desk = desk;
        this.listener = listener;
    }

    /** The summary to have written after a prompt failed so; empty if it is not too long, or there is none to write. */
    Optional<SummaryDraft> begin(Prompt prompt, OllamaFailure failure) {
        beganAt = System.nanoTime();
        return desk.prompts().summary(prompt, failure);
    }

    /**
     * Asks about the next piece of the draft and reads the answer to its end. The call is closed at once when the chat
     * stops and when the worker drains: unlike an answer, a summary is of use to nobody yet.
     *
     * @param id of the attempt that the summary is for
     * @return whether what was written is of use
     */
    boolean ask(AttemptId id, SummaryDraft draft, StopSignal over, Runnable onFirstToken) throws OllamaFailure {
        Prompt question = draft.question();
        TraceContext trace = listener.calling(
                CallStart.of(id, question, null, false), chat.address().trace());
        ChatCall call = desk.attempts().ollama().call(question, trace.httpHeaders());
        Answering answer = new Answering(onFirstToken);
        ErrorCode failed = null;
        try (StopSignal.Registration _ = over.onStop(call::cancel)) {
            return draft.answered(answer.read(call.open()));
        } catch (OllamaFailure failure) {
            failed = over.isStopped() ? null : failure.code();
            throw failure;
        } finally {
            listener.called(new CallEnd(failed, answer.done, answer.gaps));
        }
    }

    /** The prompt to go on with: a summary in the place of the rounds. */
    Prompt summarized(SummaryDraft draft) {
        listener.summarized(draft.turns(), true, took());
        return draft.summarized();
    }

    /** The prompt to go on with where no summary is to be had: without the rounds. */
    Prompt dropped(SummaryDraft draft) {
        listener.summarized(draft.turns(), false, took());
        return draft.dropped();
    }

    private Duration took() {
        return Duration.ofNanos(System.nanoTime() - beganAt);
    }

    /** What comes from one call. */
    private static final class Answering {

        private final TokenGaps gaps = new TokenGaps();
        private final Runnable onFirstToken;
        private AnswerLine.@Nullable Done done;

        Answering(Runnable onFirstToken) {
            this.onFirstToken = onFirstToken;
        }

        /** Nothing where it does not come to an end. */
        String read(AnswerStream stream) throws OllamaFailure {
            try {
                StringBuilder text = new StringBuilder();
                boolean begun = false;
                while (done == null && text.length() <= MAX_CHARS) {
                    AnswerLine line = stream.next();
                    if (line.hasToken()) {
                        gaps.token(System.nanoTime());
                        if (!begun) {
                            onFirstToken.run();
                        }
                        begun = true;
                    }
                    text.append(line.content());
                    done = line.done();
                }
                return done == null ? "" : text.toString();
            } finally {
                // It may wait a moment for the end of the body.
                Thread.startVirtualThread(stream::close);
            }
        }
    }
}
