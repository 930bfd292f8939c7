package io.chatworker.examples.web;

import io.chatworker.client.Answer;
import io.chatworker.client.AnswerListener;
import io.chatworker.client.ChatException;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.Waiting;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer as far as it is here. Every browser that follows it asks for what it does not have yet, so a slow one misses
 * nothing, holds up nobody, and may come back with the position it had. Safe for any thread.
 */
final class LiveAnswer implements AnswerListener {

    // All guarded by this.
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private int restarts;
    private String note = "";
    private int notes;
    private @Nullable Ending ending;
    private @Nullable Answer answer;
    private int followers;
    private long since = System.nanoTime();

    /** Knows from now on what to stop. */
    synchronized void follows(Answer asked) {
        answer = asked;
    }

    @Override
    public synchronized void changed(AnswerChange change) {
        if (change.restart()) {
            content.setLength(0);
            thinking.setLength(0);
            restarts++;
        }
        content.append(change.piece().content());
        thinking.append(change.piece().thinking());
        note(
                change instanceof AnswerChange.Noted(boolean _, Waiting waiting)
                        ? waiting.reason().wire()
                        : "");
        if (change instanceof AnswerChange.Settled settled) {
            end(Ending.of(settled.event()));
        }
        notifyAll();
    }

    @Override
    public synchronized void broken(ChatException why) {
        end(Ending.of(why));
        notifyAll();
    }

    private void note(String now) {
        if (!now.equals(note)) {
            note = now;
            notes++;
        }
    }

    private void end(Ending how) {
        ending = how;
        since = System.nanoTime();
    }

    /** Waits so long for something behind this position; empty where nothing came. */
    synchronized Optional<Progress> after(Position had, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!hasMoreThan(had)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
        boolean known =
                had.restarts() == restarts && had.content() <= content.length() && had.thinking() <= thinking.length();
        return Optional.of(new Progress(
                new Position(restarts, content.length(), thinking.length(), notes),
                !known,
                content.substring(known ? had.content() : 0),
                thinking.substring(known ? had.thinking() : 0),
                had.note() == notes ? null : note,
                ending));
    }

    private boolean hasMoreThan(Position had) {
        return ending != null || !had.equals(new Position(restarts, content.length(), thinking.length(), notes));
    }

    /** Tells the workers to stop; false where none listens. */
    boolean stop() {
        Answer asked;
        synchronized (this) {
            asked = answer;
        }
        return asked != null && asked.cancel();
    }

    /** Tells the workers to stop, and waits for no event. */
    void close() {
        Answer asked;
        synchronized (this) {
            asked = answer;
        }
        if (asked != null) {
            asked.close();
        }
    }

    synchronized void followed(int more) {
        followers += more;
        since = System.nanoTime();
    }

    synchronized boolean isEnded() {
        return ending != null;
    }

    /** How long nobody has followed it; nothing while somebody does. */
    synchronized Duration alone() {
        return followers > 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }
}
