package io.chatworker.worker.prompt;

import io.chatworker.contracts.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The summary of the oldest rounds of a prompt, in the making: the rounds as one text, asked about piece by piece, each
 * piece together with what was written of those before. A summary that is in the prompt already is part of that text, in
 * front. For one thread.
 */
public final class SummaryDraft {

    /** Rounds that would take more are dropped, the oldest first: each piece takes as long as an answer. */
    static final int MAX_PIECES = 16;

    /** Less, in characters, is not worth a call. */
    static final int MIN_PIECE = 200;

    private static final int MARKS = 100;

    private final Prompt dropped;
    private final Prompt rest;
    private final List<ChatMessage> replaced;
    private final Prompt frame;
    private final CallSize size;
    private final Transcript transcript;

    private String summary = "";
    private int done;
    private int end;

    private SummaryDraft(Prompt dropped, Prompt rest, List<ChatMessage> replaced, Prompt frame, CallSize size) {
        this.dropped = dropped;
        this.rest = rest;
        this.replaced = replaced;
        this.frame = frame;
        this.size = size;
        this.transcript = Transcript.of(replaced);
    }

    /**
     * Begins with nothing written; empty if a piece would be too small to be of use.
     *
     * @param dropped the prompt to go on with if there is no summary to be had
     * @param rounds what has to go, oldest first
     * @param frame what each piece is asked with: it lacks only the turn that holds the piece
     */
    static Optional<SummaryDraft> of(
            Prompt tooLong, Prompt dropped, List<List<ChatMessage>> rounds, Prompt frame, CallSize size) {
        List<ChatMessage> replaced = new ArrayList<>(tooLong.summaries());
        long room = (long) MAX_PIECES * room(frame, size) - length(replaced);
        int first = rounds.size();
        while (first > 0 && room >= length(rounds.get(first - 1))) {
            room -= length(rounds.get(--first));
        }
        if (first == rounds.size() || room(frame, size) < MIN_PIECE) {
            return Optional.empty();
        }
        replaced.addAll(ContextFit.joined(rounds.subList(first, rounds.size())));
        Prompt rest = tooLong.without(ContextFit.joined(rounds.subList(0, first)));
        return Optional.of(new SummaryDraft(dropped, rest, replaced, frame, size));
    }

    /** The call that asks for a summary of the next piece and of what was written before. */
    public Prompt question() {
        end = transcript.endOfPiece(done, Math.max(MIN_PIECE, room(frame, size) - summary.length()));
        String piece = "<conversation>\n" + transcript.text().substring(done, end) + "\n</conversation>";
        String before = summary.isEmpty() ? "" : "<summary>\n" + summary + "\n</summary>\n\n";
        return frame.with(List.of(ChatMessage.user(before + piece)));
    }

    /**
     * What the model wrote about {@link #question()}.
     *
     * @return false if it is of no use: there is nothing in it
     */
    public boolean answered(String text) {
        summary = text.strip();
        done = end;
        return !summary.isEmpty();
    }

    /**
     * {@link #question()} was too long after all: the next one asks about less, by the numbers that Ollama gave, if any.
     *
     * @return false if that is of no use
     */
    public boolean shrink(@Nullable Integer promptTokens, @Nullable Integer contextLength) {
        boolean canShrink = size.shrink(ContextFit.length(question()), promptTokens, contextLength);
        int room = room(frame, size) - summary.length();
        return canShrink && room >= MIN_PIECE && transcript.text().length() - done <= (long) MAX_PIECES * room;
    }

    /** Whether nothing is left to ask about. */
    public boolean isWhole() {
        return done == transcript.text().length();
    }

    /** How many turns the summary stands for. */
    public int turns() {
        return replaced.size();
    }

    /** The prompt with the summary in the place of the rounds. */
    public Prompt summarized() {
        return rest.withSummary(summary, replaced);
    }

    /** The prompt with the rounds dropped, if there is no summary to be had. */
    public Prompt dropped() {
        return dropped;
    }

    private static int room(Prompt frame, CallSize size) {
        return (int) Math.max(0, size.chars() - ContextFit.length(frame) - MARKS);
    }

    private static long length(List<ChatMessage> turns) {
        return Transcript.of(turns).text().length();
    }
}
