package io.chatworker.cli;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.TerminalEvent;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "ask", description = "Asks one question and prints the answer as it arrives.")
final class Ask implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Main main;

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    RequestOptions options = new RequestOptions();

    @Parameters(
            paramLabel = "QUESTION",
            arity = "0..*",
            description = "If there is none, it is read from standard input.")
    List<String> words = List.of();

    @Override
    public Integer call() throws IOException {
        Io io = Objects.requireNonNull(main).io();
        return answer(question(words, io, Objects.requireNonNull(spec)), options, io);
    }

    /** The words, or without any the content of standard input. */
    static String question(List<String> words, Io io, CommandSpec spec) throws IOException {
        // None where standard input or output is something else.
        Optional<Console> typed = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        if (words.isEmpty() && typed.isPresent()) {
            io.err().println("Type the question, then Ctrl-D on a line of its own.");
        }
        String question =
                words.isEmpty() ? new String(io.in().readAllBytes(), StandardCharsets.UTF_8) : String.join(" ", words);
        if (question.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(), "There is no question: no argument, and nothing on standard input.");
        }
        return question.strip();
    }

    /** Asks, shows the answer, and returns the exit code. */
    static int answer(String question, RequestOptions options, Io io) throws IOException {
        options.check(io);
        Session session = Session.of(options, io);
        try (Asking asking = new Asking(io, options, false)) {
            Optional<TerminalEvent> end = session.ask(question, asking);
            boolean completed = end.isPresent() && end.get() instanceof Completed;
            if (completed) {
                options.tellNote(io);
            }
            return io.wasInterrupted() ? ExitCode.INTERRUPTED : completed ? ExitCode.OK : ExitCode.FAILED;
        }
    }
}
