package io.chatworker.client;

import io.chatworker.contracts.AnswerAssembler;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.Chunk;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.Waiting;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, from {@link ChatClient#ask}: read it change by change ({@code for}, or {@link #next}), as a
 * whole ({@link #completed}, {@link #await}, {@link #outcome}), or both.
 *
 * <p>Whoever shows it takes all back where {@link AnswerChange#restart()}, then appends {@link AnswerChange#piece()}:
 * a worker that dies is followed by another, which begins again. Over a lost connection the answer goes on; what was
 * missed meanwhile comes with the terminal event. A slow reader holds up nobody: beyond 1,000 unread changes their
 * pieces are joined.
 *
 * <p>The changes are for one reader. All other methods may be called by any thread. Waiting ends with the answer, with
 * its time ({@link ChatException.TimedOut}), by {@link #close} ({@link ChatException.Closed}) or by an interrupt
 * ({@link ChatException.Interrupted}).
 */
public final class Answer implements Iterable<AnswerChange>, AutoCloseable {

    private static final Duration LONG = Duration.ofDays(1);

    private final ChatClient client;
    private final String requestId;
    private final String conversationId;
    private final AnswerListener listener;
    private final UnreadChanges unread = new UnreadChanges();
    private final CompletableFuture<TerminalEvent> outcome = new CompletableFuture<>();

    // Guarded by the assembler, which only the delivery thread changes.
    private final AnswerAssembler assembler = new AnswerAssembler();
    private @Nullable ChatEvent lastSeen;
    private long lastSeenNanos = System.nanoTime();
    private int unreadable;

    Answer(ChatClient client, String requestId, String conversationId, AnswerListener listener) {
        this.client = client;
        this.requestId = requestId;
        this.conversationId = conversationId;
        this.listener = listener;
    }

    /** What to cancel it by, and what the worker's log names it by. */
    public String requestId() {
        return requestId;
    }

    /** For the next request of the conversation. */
    public String conversationId() {
        return conversationId;
    }

    /** Waits for the next change so long; empty where none came, or where all has been read ({@link #isRead}). */
    public Optional<AnswerChange> next(Duration wait) {
        try {
            return Optional.ofNullable(unread.next(wait));
        } catch (InterruptedException e) {
            throw new ChatException.Interrupted(e);
        }
    }

    /** Whether the reader has had the last change. */
    public boolean isRead() {
        return unread.isDone();
    }

    /** The changes that were not read yet, each as it comes, up to {@link AnswerChange.Settled}. */
    @Override
    public Iterator<AnswerChange> iterator() {
        return new Iterator<>() {
            private @Nullable AnswerChange ahead;

            @Override
            public boolean hasNext() {
                while (ahead == null && !isRead()) {
                    ahead = Answer.this.next(LONG).orElse(null);
                }
                return ahead != null;
            }

            @Override
            public AnswerChange next() {
                if (!hasNext() || ahead == null) {
                    throw new NoSuchElementException();
                }
                AnswerChange next = ahead;
                ahead = null;
                return next;
            }
        };
    }

    /** Waits for the whole answer; {@link ChatException.AnswerFailed} and {@link ChatException.AnswerCancelled} say else. */
    public Completed completed() {
        TerminalEvent end = await();
        if (end instanceof Failed failed) {
            throw new ChatException.AnswerFailed(failed);
        }
        if (end instanceof Cancelled cancelled) {
            throw new ChatException.AnswerCancelled(cancelled);
        }
        return (Completed) end;
    }

    /** Waits for the terminal event, whichever it is. */
    public TerminalEvent await() {
        try {
            return outcome.get();
        } catch (InterruptedException e) {
            throw new ChatException.Interrupted(e);
        } catch (ExecutionException | CompletionException e) {
            throw (ChatException) e.getCause();
        }
    }

    /** The terminal event when it comes, or a {@link ChatException}; what hangs on it runs as {@link AnswerListener} does. */
    public CompletionStage<TerminalEvent> outcome() {
        return outcome.copy();
    }

    /** The text so far. */
    public String text() {
        synchronized (assembler) {
            return assembler.text();
        }
    }

    /** The thinking so far. */
    public String thinking() {
        synchronized (assembler) {
            return assembler.thinking();
        }
    }

    /** The tool calls so far. */
    public List<Map<String, Object>> toolCalls() {
        synchronized (assembler) {
            return List.copyOf(assembler.toolCalls());
        }
    }

    /** How often a later attempt took the place of one before. */
    public int restarts() {
        synchronized (assembler) {
            return assembler.restarts();
        }
    }

    /**
     * Tells the workers to stop it, and goes on: {@code cancelled} comes as the terminal event, unless another was first.
     *
     * @return false where no worker listens; the request then waits in its queue, and nothing remembers the cancelling
     */
    public boolean cancel() {
        return client.cancel(requestId);
    }

    /** Ends waiting and reading. Where the answer has not ended the workers are told to stop it. Again: nothing. */
    @Override
    public void close() {
        client.close(this);
    }

    boolean isSettled() {
        return outcome.isDone();
    }

    /** By the delivery thread alone. */
    void arrived(ReceivedEvent event) {
        client.guarded(() -> listener.arrived(event));
        AnswerChange change;
        synchronized (assembler) {
            Optional<ChatEvent> decoded = decode(event);
            if (decoded.isEmpty()) {
                return;
            }
            change = assembler.accept(decoded.get());
            if (!(change instanceof AnswerChange.Ignored)) {
                lastSeen = decoded.get();
                lastSeenNanos = System.nanoTime();
            }
        }
        if (change instanceof AnswerChange.Ignored || outcome.isDone()) {
            return;
        }
        unread.put(change);
        client.guarded(() -> listener.changed(change));
        if (change instanceof AnswerChange.Settled settled) {
            client.forget(this);
            outcome.complete(settled.event());
        }
    }

    private Optional<ChatEvent> decode(ReceivedEvent event) {
        try {
            Optional<ChatEvent> decoded = event.decode();
            return decoded.filter(it -> it.requestId().equals(requestId));
        } catch (IllegalArgumentException e) {
            unreadable++;
            client.problem("An event of request " + requestId + " was left out: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    /** Ends it without a terminal event; false where it has ended before. */
    boolean end(ChatException why) {
        if (!outcome.completeExceptionally(why)) {
            return false;
        }
        unread.end(why);
        client.guarded(() -> listener.broken(why));
        return true;
    }

    @Nullable
    ChatEvent lastSeen() {
        synchronized (assembler) {
            return lastSeen;
        }
    }

    /** For people: the last event that counted, and how long ago. */
    String lastSeenText() {
        synchronized (assembler) {
            String left = unreadable == 0 ? "" : ", and " + unreadable + " events that cannot be read";
            if (lastSeen == null) {
                return "nothing of it was seen" + left;
            }
            long seconds = (System.nanoTime() - lastSeenNanos) / 1_000_000_000;
            return "last seen " + seconds + " s ago: " + text(lastSeen) + " of attempt " + lastSeen.attempt() + left;
        }
    }

    private static String text(ChatEvent event) {
        if (event instanceof Waiting waiting) {
            return "waiting (" + waiting.reason().wire() + ")";
        }
        return event instanceof Chunk chunk
                ? "chunk " + chunk.sequence()
                : event.event().wire();
    }
}
