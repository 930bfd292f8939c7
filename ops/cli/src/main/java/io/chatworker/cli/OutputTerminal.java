package io.chatworker.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** The terminal behind standard output. */
final class OutputTerminal {

    private OutputTerminal() {}

    /** Null where standard output is a file or a pipe, or the terminal is too plain to move a cursor in. */
    static @Nullable Terminal find() {
        if (!Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)) {
            return null;
        }
        try {
            // Without questions to the terminal: one that does not know them shows them.
            System.setProperty(TerminalBuilder.PROP_PROBE_TIMEOUT, "0");
            Terminal terminal = TerminalBuilder.builder()
                    .system(true)
                    .dumb(true)
                    .graphemeCluster(false)
                    .encoding(StandardCharsets.UTF_8)
                    .build();
            if (!terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
                // Until somebody asks for more: as the JVM would, but without others at work while it ends.
                terminal.handle(Terminal.Signal.INT, signal -> leave(terminal));
                return terminal;
            }
            terminal.close();
        } catch (IOException | IllegalStateException e) {
            // As for a plain one: the answer is printed as it comes.
        }
        return null;
    }

    private static void leave(Terminal terminal) {
        try {
            terminal.close();
        } catch (IOException e) {
            // The shell sets it right.
        }
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
}
