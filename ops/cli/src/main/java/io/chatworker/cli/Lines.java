package io.chatworker.cli;

import io.chatworker.cli.talk.InputParser;
import io.chatworker.cli.talk.StateFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/** What a person types, one question or command after the other. */
interface Lines {

    /** Null when there is no more. */
    @Nullable
    String next();

    /** With editing, Tab, and a history that outlasts the session, bounded to a thousand entries. */
    static Lines typed(Terminal terminal, Completer completer, Map<String, String> environment) {
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(new InputParser())
                .completer(completer)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, ". ")
                .variable(LineReader.HISTORY_SIZE, 1_000)
                .variable(LineReader.HISTORY_FILE_SIZE, 1_000)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.INSERT_TAB, false);
        new StateFolder(environment).history().ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        LineReader reader = builder.build();
        // What is typed ahead shows at the next prompt, not in what is said until then.
        terminal.echo(false);
        return () -> {
            try {
                return reader.readLine("> ");
            } catch (UserInterruptException e) {
                return "";
            } catch (EndOfFileException e) {
                return null;
            }
        };
    }

    /** From a file or a pipe, with what stands between fences as one. */
    static Lines piped(InputStream in) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        return () -> {
            try {
                String text = lines.readLine();
                while (text != null && InputParser.isOpen(text)) {
                    String more = lines.readLine();
                    if (more == null) {
                        return text;
                    }
                    text += "\n" + more;
                }
                return text;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
