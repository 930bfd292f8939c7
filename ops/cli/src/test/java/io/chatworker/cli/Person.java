package io.chatworker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.jline.terminal.Terminal;
import org.jline.utils.ScreenTerminal;

/** A person at a pseudo-terminal: types keys, and sees what a terminal of that size shows. */
public final class Person implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ScreenTerminal.VirtualTerminal virtual;

    public Person(int columns, int rows) throws IOException {
        this.virtual = ScreenTerminal.withTerminal("person", "xterm-256color", columns, rows);
    }

    public Terminal terminal() {
        return virtual.terminal();
    }

    /** Ends with Enter. */
    void types(String line) throws IOException {
        presses(line + "\r");
    }

    void presses(String keys) throws IOException {
        virtual.terminal().processInputBytes(keys.getBytes(UTF_8));
    }

    /** The lines of the screen, without what is empty at their ends. */
    public String sees() {
        return shown(virtual.screen());
    }

    /** What a terminal of this size shows of this output. */
    static String shown(String output, int columns, int rows) {
        ScreenTerminal screen = new ScreenTerminal(columns, rows);
        screen.write(output);
        return shown(screen);
    }

    private static String shown(ScreenTerminal screen) {
        int columns = screen.getColumns();
        int rows = screen.getRows();
        long[] cells = new long[columns * rows];
        screen.dump(cells, new int[2]);
        StringBuilder seen = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                int codePoint = ScreenTerminal.cellCodePoint(cells[row * columns + column]);
                // The second half of a wide character has none.
                if (codePoint != 0) {
                    line.appendCodePoint(codePoint);
                }
            }
            seen.append(line.toString().stripTrailing()).append('\n');
        }
        return seen.toString().stripTrailing();
    }

    /** Waits until the screen is so, and returns it. */
    String awaits(Predicate<String> so) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!so.test(sees())) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the screen did not become so; it shows:\n" + sees());
            }
            virtual.screen().waitDirty(100);
        }
        return sees();
    }

    public String awaits(String text) throws InterruptedException {
        return awaits(screen -> screen.contains(text));
    }

    @Override
    public void close() throws IOException {
        virtual.terminal().close();
    }
}
