package io.chatworker.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "dead-letters",
        description = "Lists requests that could not be served, or sends them again.",
        subcommands = {DeadLettersList.class, DeadLettersReplay.class})
final class DeadLetters implements Runnable {

    @ParentCommand
    @Nullable
    Main main;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "Say what to do: list or replay.");
    }

    Main main() {
        return Objects.requireNonNull(main);
    }
}
