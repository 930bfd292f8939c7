package io.chatworker.cli;

import io.chatworker.cli.view.AnswerView;
import io.chatworker.client.Answer;
import io.chatworker.client.ChatException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/**
 * While it is open, Ctrl-C stops the answer over the broker, and what came of it is kept. Where no worker hears that, or
 * Ctrl-C is pressed again, the program waits no longer. Without a terminal the JVM then exits as soon as this is closed,
 * and after three seconds in any case.
 */
final class Interruption implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 3;

    private final Answer answer;
    private final AnswerView view;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Runnable release;

    private volatile boolean pressed;
    private volatile String why = "";

    /**
     * Begins to listen for Ctrl-C.
     *
     * @param terminal whose Ctrl-C it is; null where it is the process's
     */
    static Interruption of(Answer answer, AnswerView view, Io io, @Nullable Terminal terminal) {
        return new Interruption(answer, view, io, terminal);
    }

    private Interruption(Answer answer, AnswerView view, Io io, @Nullable Terminal terminal) {
        this.answer = answer;
        this.view = view;
        if (terminal != null) {
            Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> pressed(io));
            release = () -> terminal.handle(Terminal.Signal.INT, before);
        } else {
            Thread hook = new Thread(() -> exiting(io), "cancel on interrupt");
            Runtime.getRuntime().addShutdownHook(hook);
            release = () -> remove(hook);
        }
    }

    /** Why nobody waits any more. */
    String why() {
        return why;
    }

    private void pressed(Io io) {
        io.interrupted();
        if (pressed) {
            giveUp("Not waited for any more.");
            return;
        }
        pressed = true;
        view.waits("stopping; Ctrl-C again waits no longer");
        stop();
    }

    private void stop() {
        try {
            if (!answer.cancel()) {
                giveUp("No worker is connected that could stop it: the request stays in the queue.");
            }
        } catch (ChatException e) {
            giveUp("It could not be stopped: " + e.what());
        }
    }

    private void giveUp(String reason) {
        why = reason;
        answer.close();
    }

    private void exiting(Io io) {
        stop();
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                io.err().println("Asked the workers to stop; none has confirmed it yet.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        release.run();
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is running, and has just been released.
        }
    }
}
