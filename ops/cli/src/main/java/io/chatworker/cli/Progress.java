package io.chatworker.cli;

import io.chatworker.cli.letters.LetterQueue;
import java.time.Duration;

/** Tells on standard error how far something long has come: from a second on, on a line that vanishes in a terminal. */
final class Progress implements LetterQueue.Progress {

    private static final Duration STEP = Duration.ofSeconds(1);

    private final Io io;
    private final String what;
    private final boolean redraws;
    private long told = System.nanoTime();
    private boolean shown;

    Progress(Io io, String what) {
        this.io = io;
        this.what = what;
        this.redraws = io.terminal() != null;
    }

    @Override
    public void reached(long count) {
        long now = System.nanoTime();
        if (now - told < STEP.toNanos()) {
            return;
        }
        told = now;
        shown = true;
        String line = what + " … (" + count + ")";
        io.err().print(redraws ? "\r\033[K" + line : line + "\n");
        io.err().flush();
    }

    /** Takes the line away, so that what follows starts on a clean one. */
    @Override
    public void done() {
        if (shown && redraws) {
            io.err().print("\r\033[K");
            io.err().flush();
        }
        shown = false;
    }
}
