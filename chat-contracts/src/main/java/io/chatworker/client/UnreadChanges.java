package io.chatworker.client;

import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.AnswerPiece;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the reader of one answer has not read yet. Writing never waits, so that a slow reader holds up nobody else: from
 * {@link #LIMIT} on pieces are joined to the last one, and what has no piece is left out. Memory is bounded by the
 * answer's own size.
 */
final class UnreadChanges {

    /** Changes that are kept apart. */
    static final int LIMIT = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<AnswerChange> unread = new ArrayDeque<>();
    private boolean ended;
    private @Nullable ChatException broken;

    void put(AnswerChange change) {
        lock.lock();
        try {
            if (change.restart() && unread.size() >= LIMIT) {
                // All that was to be shown is taken back anyway.
                unread.clear();
            }
            boolean room = unread.size() < LIMIT;
            if (room || change instanceof AnswerChange.Settled) {
                unread.add(change);
            } else if (change instanceof AnswerChange.Appended next) {
                joinToLast(next);
            }
            ended |= change instanceof AnswerChange.Settled;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void joinToLast(AnswerChange.Appended next) {
        if (unread.peekLast() instanceof AnswerChange.Appended last) {
            unread.removeLast();
            unread.add(new AnswerChange.Appended(last.restart(), joined(last.piece(), next.piece()), next.event()));
        } else {
            // The last one is a note that nothing hangs on, but its restart.
            boolean restart = unread.removeLast().restart();
            unread.add(new AnswerChange.Appended(restart, next.piece(), next.event()));
        }
    }

    private static AnswerPiece joined(AnswerPiece first, AnswerPiece second) {
        List<Map<String, Object>> calls = new ArrayList<>(first.toolCalls());
        calls.addAll(second.toolCalls());
        return new AnswerPiece(
                first.content() + second.content(), first.thinking() + second.thinking(), List.copyOf(calls));
    }

    /** No more comes; what is unread can still be read. */
    void end(ChatException why) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                broken = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether all has been read, and no more comes. Throws what broke it, behind all that came before. */
    boolean isDone() {
        lock.lock();
        try {
            boolean done = ended && unread.isEmpty();
            if (done && broken != null) {
                throw broken;
            }
            return done;
        } finally {
            lock.unlock();
        }
    }

    /** The next one; null where none comes in that time, or no more at all. */
    @Nullable
    AnswerChange next(Duration wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = wait.toNanos();
            while (unread.isEmpty() && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            return isDone() ? null : unread.poll();
        } finally {
            lock.unlock();
        }
    }
}
