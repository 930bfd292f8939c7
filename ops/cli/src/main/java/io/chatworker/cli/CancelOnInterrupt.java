package io.chatworker.cli;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C cancels the question, and the JVM exits once this is closed or after three seconds, so that
 * the worker stops and its answer so far is still shown.
 */
final class CancelOnInterrupt implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 3;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    CancelOnInterrupt(Question question, PrintStream err) {
        hook = new Thread(() -> cancel(question, err), "cancel on interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void cancel(Question question, PrintStream err) {
        try {
            if (!question.cancel()) {
                err.println("No worker received the cancel: the request stays in the queue.");
            } else if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                err.println("Asked the workers to stop; none has confirmed it yet.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is running, and has just been released.
        }
    }
}
