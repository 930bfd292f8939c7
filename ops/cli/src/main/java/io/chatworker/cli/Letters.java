package io.chatworker.cli;

import io.chatworker.contracts.Topology;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Requests that failed and were kept, in one of two queues. */
@Command(subcommands = {LettersList.class, LettersReplay.class})
abstract sealed class Letters implements Runnable {

    @Command(name = "dead-letters", description = "Lists requests that could not be served, or sends them again.")
    static final class Dead extends Letters {

        @Override
        String queue(Topology topology) {
            return topology.deadLetters();
        }

        @Override
        String name() {
            return "dead letters";
        }
    }

    @Command(name = "rejected", description = "Lists requests whose sender got them wrong, or sends them again.")
    static final class Rejected extends Letters {

        @Override
        String queue(Topology topology) {
            return topology.rejected();
        }

        @Override
        String name() {
            return "rejected requests";
        }
    }

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

    abstract String queue(Topology topology);

    /** For people. */
    abstract String name();
}
