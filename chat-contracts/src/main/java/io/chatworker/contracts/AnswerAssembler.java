package io.chatworker.contracts;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the events of one request together as the contract tells consumers to:
 *
 * <ol>
 *   <li>The first terminal event settles the request; later events are ignored.
 *   <li>Until then the highest attempt counts, of equal ones the run seen first; a higher one empties the text.
 *   <li>A sequence seen before is ignored. After a gap nothing more of the attempt is appended: its text comes with
 *       the terminal event.
 * </ol>
 *
 * <p>Feed it every event of the request, and no other's, in the order of arrival. Whoever shows the answer while it
 * grows does after each event: take back all where {@link AnswerChange#restart()}, then append the piece.
 *
 * <p>Not thread-safe: one thread at a time.
 */
public final class AnswerAssembler {

    private static final int NO_ATTEMPT = -1;

    private int attempt = NO_ATTEMPT;
    private String run = "";
    private int restarts;

    private int nextSequence;
    private boolean gap;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final List<Map<String, Object>> toolCalls = new ArrayList<>();

    private @Nullable TerminalEvent outcome;

    /** Takes the next event and says what it changed. */
    public AnswerChange accept(ChatEvent event) {
        if (outcome != null) {
            return new AnswerChange.Ignored();
        }
        if (event instanceof TerminalEvent terminal) {
            return settle(terminal);
        }
        if (event.attempt() < attempt
                || (event.attempt() == attempt && !event.run().equals(run))) {
            return new AnswerChange.Ignored();
        }
        boolean restart = event.attempt() > attempt && follow(event);
        return event instanceof Chunk chunk ? append(restart, chunk) : new AnswerChange.Noted(restart, event);
    }

    /** The answer so far; once settled, the answer as the terminal event has it. */
    public String text() {
        return text.toString();
    }

    /** The thinking so far; once settled, as the terminal event has it. */
    public String thinking() {
        return thinking.toString();
    }

    /** The tool calls so far; once settled, as the terminal event has them. */
    public List<Map<String, Object>> toolCalls() {
        return Collections.unmodifiableList(toolCalls);
    }

    /** What settled the request; empty while it runs. */
    public Optional<TerminalEvent> outcome() {
        return Optional.ofNullable(outcome);
    }

    /** How often a higher attempt took the place of one seen before it. */
    public int restarts() {
        return restarts;
    }

    /** Whether chunks of the attempt that counts are missing: {@link #text()} is but its beginning until settled. */
    public boolean gap() {
        return gap;
    }

    /** Turns to a higher attempt; whether it takes the place of another. */
    private boolean follow(ChatEvent event) {
        boolean replaces = attempt != NO_ATTEMPT;
        attempt = event.attempt();
        run = event.run();
        nextSequence = 0;
        gap = false;
        clear();
        if (replaces) {
            restarts++;
        }
        return replaces;
    }

    private AnswerChange append(boolean restart, Chunk chunk) {
        if (chunk.sequence() < nextSequence) {
            return new AnswerChange.Ignored();
        }
        gap |= chunk.sequence() > nextSequence;
        nextSequence = chunk.sequence() + 1;
        if (gap) {
            return new AnswerChange.Noted(restart, chunk);
        }
        AnswerPiece piece = piece(chunk.content(), chunk.thinking(), chunk.toolCalls());
        add(piece);
        return new AnswerChange.Appended(restart, piece, chunk);
    }

    private AnswerChange settle(TerminalEvent terminal) {
        outcome = terminal;
        gap = false;
        AnswerPiece whole = finalAnswer(terminal);
        if (begins(whole)) {
            AnswerPiece rest = new AnswerPiece(
                    whole.content().substring(text.length()),
                    whole.thinking().substring(thinking.length()),
                    whole.toolCalls()
                            .subList(toolCalls.size(), whole.toolCalls().size()));
            add(rest);
            return new AnswerChange.Settled(false, rest, terminal);
        }
        clear();
        add(whole);
        return new AnswerChange.Settled(true, whole, terminal);
    }

    private AnswerPiece finalAnswer(TerminalEvent terminal) {
        ChatMessage said = said(terminal);
        if (said != null) {
            return piece(said.content(), said.thinking(), said.toolCalls());
        }
        // Too large for an event, or nothing was said: what came in chunks of this very run stands.
        boolean ofThisRun = terminal.attempt() == attempt && terminal.run().equals(run);
        return ofThisRun ? piece(text(), thinking(), toolCalls) : piece(null, null, null);
    }

    private static @Nullable ChatMessage said(TerminalEvent terminal) {
        if (terminal instanceof Completed completed) {
            return completed.message();
        }
        return terminal instanceof Failed failed ? failed.partial() : ((Cancelled) terminal).partial();
    }

    private boolean begins(AnswerPiece whole) {
        int calls = toolCalls.size();
        return whole.content().startsWith(text())
                && whole.thinking().startsWith(thinking())
                && whole.toolCalls().size() >= calls
                && whole.toolCalls().subList(0, calls).equals(toolCalls);
    }

    private static AnswerPiece piece(
            @Nullable String content, @Nullable String thinking, @Nullable List<Map<String, Object>> toolCalls) {
        return new AnswerPiece(
                content == null ? "" : content,
                thinking == null ? "" : thinking,
                toolCalls == null ? List.of() : toolCalls);
    }

    private void add(AnswerPiece piece) {
        text.append(piece.content());
        thinking.append(piece.thinking());
        toolCalls.addAll(piece.toolCalls());
    }

    private void clear() {
        text.setLength(0);
        thinking.setLength(0);
        toolCalls.clear();
    }
}
