package io.chatworker.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "completion",
        description = "Prints a script by which the shell completes commands and options on Tab.",
        footer = {"", "In ~/.bashrc or ~/.zshrc:  source <(ops/ctl completion bash)"})
final class Completion implements Callable<Integer> {

    /** Spelled as they are typed; one script does for both. */
    enum Shell {
        bash,
        zsh
    }

    @ParentCommand
    @Nullable
    Main main;

    @Parameters(paramLabel = "bash|zsh", arity = "0..1", defaultValue = "bash", description = "The shell.")
    Shell shell = Shell.bash;

    @Override
    public Integer call() {
        Io io = Objects.requireNonNull(main).io();
        // By its last word: shells look a command up by its file name.
        io.out().print(AutoComplete.bash("ctl", new CommandLine(new Main(io))));
        io.out().flush();
        return ExitCode.OK;
    }
}
