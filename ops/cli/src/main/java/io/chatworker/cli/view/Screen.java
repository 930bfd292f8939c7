package io.chatworker.cli.view;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees in a terminal: text wrapped between words, and below it one status line that vanishes before
 * anything else is shown; text then goes on in the line that it had come to. Nothing that is typed meanwhile is echoed into it. Any thread may call any method.
 */
public final class Screen implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(250);
    private static final String ERASE = "\r\033[K";
    private static final String UP = "\033[A";

    private final Terminal terminal;
    private final PrintWriter out;
    private final boolean colours;
    private final boolean echo;
    private final ScheduledExecutorService ticking;

    // Guarded by this.
    private final WordWrap wrap = new WordWrap();
    private @Nullable String status;
    private long statusSince;
    private boolean statusShown;
    private boolean belowText;

    public Screen(Terminal terminal, boolean colours) {
        this.terminal = terminal;
        this.out = terminal.writer();
        this.colours = colours;
        this.echo = terminal.echo(false);
        this.ticking = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("status line").factory());
        var _ = ticking.scheduleAtFixedRate(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Shows text behind what was shown before. */
    synchronized void text(String text) {
        eraseStatus();
        out.print(wrap.add(text, width()));
        out.flush();
    }

    synchronized void text(String text, Style style) {
        eraseStatus();
        out.print(styled(wrap.add(text, width()), style));
        out.flush();
    }

    /** Shows a line of its own. */
    public synchronized void line(String line, Style style) {
        text(onNewLine());
        text(line, style);
        text("\n");
    }

    /** A line of its own that is cut where the terminal ends. */
    synchronized void cutLine(String line, Style style) {
        line(Width.cut(line.replaceAll("\\s+", " "), width() - 1), style);
    }

    /** An empty line, after the line that is open. */
    public synchronized void gap() {
        text(onNewLine() + "\n");
    }

    /** Ends the line that is open. */
    public synchronized void endLine() {
        text(onNewLine());
    }

    /** Says what one waits for, with the time that it takes, until something else is shown. */
    public synchronized void status(String what) {
        if (!what.equals(status)) {
            status = what;
            statusSince = System.nanoTime();
        }
    }

    private String onNewLine() {
        return wrap.atLineStart() ? "" : "\n";
    }

    private synchronized void tick() {
        if (status == null || ticking.isShutdown()) {
            return;
        }
        long seconds = Duration.ofNanos(System.nanoTime() - statusSince).toSeconds();
        String time = seconds < 2 ? "" : " " + seconds + " s";
        String line = Width.cut(Width.printable(status) + " …", width() - 1 - time.length()) + time;
        if (!statusShown) {
            belowText = wrap.column() > 0;
            out.print(belowText ? "\n" : "");
            statusShown = true;
        }
        out.print(ERASE + styled(line, Style.DIM));
        out.flush();
    }

    private void eraseStatus() {
        if (statusShown) {
            out.print(belowText ? ERASE + UP + "\033[" + wrap.column() + "C" : ERASE);
            statusShown = false;
        }
        status = null;
    }

    private String styled(String text, Style style) {
        return colours && !text.isEmpty() ? style.of(text) : text;
    }

    private int width() {
        return terminal.getSize().getColumns() > 0 ? terminal.getSize().getColumns() : 80;
    }

    /** Takes the status line away and lets the terminal echo again. */
    @Override
    public void close() {
        ticking.shutdownNow();
        synchronized (this) {
            eraseStatus();
            out.flush();
            terminal.echo(echo);
        }
    }
}
