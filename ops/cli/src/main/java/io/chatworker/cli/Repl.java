package io.chatworker.cli;

import io.chatworker.contracts.TerminalEvent;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

@Command(name = "repl", description = "A prompt; every question carries the conversation so far.")
final class Repl implements Callable<Integer> {

    private static final String HELP = """
            /new            start a new conversation
            /model NAME     ask this model from now on
            /system TEXT    this system prompt from now on
            /help           this text
            /exit           leave (Ctrl-D too); Ctrl-C stops an answer""";

    @ParentCommand
    @Nullable
    Main main;

    @Mixin
    RequestOptions options = new RequestOptions();

    // Set while an answer is running; the terminal's signal thread reads it.
    private final AtomicReference<@Nullable Question> running = new AtomicReference<>();

    Repl() {}

    Repl(Main main, RequestOptions options) {
        this.main = main;
        this.options = options;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Main io = Objects.requireNonNull(main);
        options.check();
        Conversation conversation = new Conversation(options.conversationOrNew());
        try (Asker asker = new Asker(io.broker());
                Terminal terminal = TerminalBuilder.builder().build()) {
            terminal.handle(Terminal.Signal.INT, signal -> cancelRunning(io));
            LineReader lines = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
            io.err().println("Ask a question. /help lists the commands, Ctrl-D exits.");
            while (true) {
                String line = read(lines);
                if (line == null || line.equals("/exit") || line.equals("/quit")) {
                    return ExitCode.OK;
                }
                if (line.startsWith("/")) {
                    obey(line, conversation, io);
                } else if (!line.isEmpty()) {
                    answer(line, conversation, asker, io);
                }
            }
        }
    }

    private static @Nullable String read(LineReader lines) {
        try {
            return lines.readLine("> ").strip();
        } catch (UserInterruptException e) {
            return "";
        } catch (EndOfFileException e) {
            return null;
        }
    }

    private void obey(String line, Conversation conversation, Main io) {
        String[] words = line.split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "/new" -> conversation.startAnew();
            case "/model" -> options.model = rest.isEmpty() ? null : rest;
            case "/system" -> options.system = rest.isEmpty() ? null : rest;
            case "/help" -> io.err().println(HELP);
            default -> io.err().println("Unknown command: " + words[0] + ". /help lists them.");
        }
    }

    private void answer(String line, Conversation conversation, Asker asker, Main io) throws InterruptedException {
        AnswerView view = options.json ? new JsonView(io.out(), io.err()) : new TextView(io.out(), io.err());
        Question question = asker.ask(options.request(conversation.id(), line, conversation.messages()));
        running.set(question);
        try {
            TerminalEvent end = question.follow(view, options.timeout);
            view.ended(end);
            if (!options.note.isEmpty()) {
                io.err().println(options.note);
            }
            conversation.heard(line, end);
        } finally {
            running.set(null);
        }
    }

    private void cancelRunning(Main io) {
        Question question = running.get();
        if (question != null && !question.cancel()) {
            io.err().println("No worker received the cancel: the request stays in the queue.");
        }
    }
}
