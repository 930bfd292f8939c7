package io.chatworker.contracts;

/** What an event did to the answer: returned by {@link AnswerAssembler#accept(ChatEvent)}, to be shown by the caller. */
public sealed interface AnswerChange {

    /** Whether all that was shown of the answer is to be taken back first. */
    boolean restart();

    /** What is to be appended then; empty where there is nothing. */
    default AnswerPiece piece() {
        return AnswerPiece.NOTHING;
    }

    /** The event counts for nothing: a repeat, of an older attempt, of another run, or after the settlement. */
    record Ignored() implements AnswerChange {

        @Override
        public boolean restart() {
            return false;
        }
    }

    /**
     * The event counts and has nothing to append: {@code started}, {@code waiting}, or a chunk behind a gap.
     *
     * @param restart true where the event is of a higher attempt than those before
     */
    record Noted(boolean restart, ChatEvent event) implements AnswerChange {}

    /**
     * The next piece.
     *
     * @param restart true where the chunk is the first that was seen of a higher attempt
     */
    record Appended(boolean restart, AnswerPiece piece, Chunk event) implements AnswerChange {}

    /**
     * The request has ended; nothing that follows counts.
     *
     * @param restart true where what was shown is not how the settled answer begins
     * @param piece what is still to be shown: the rest, or with {@code restart} the whole
     */
    record Settled(boolean restart, AnswerPiece piece, TerminalEvent event) implements AnswerChange {}
}
