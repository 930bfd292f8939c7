package io.chatworker.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "check",
        hidden = true,
        description = "For the scripts: checks whether a service answers, and says why not.")
final class Check implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Main main;

    @Parameters(index = "0", paramLabel = "broker|ollama|worker", description = "What to ask.")
    What what = What.broker;

    @Parameters(index = "1", paramLabel = "ADDRESS", description = "Its URI, host or port.")
    String address = "";

    /** Spelled as they are typed. */
    enum What {
        broker,
        ollama,
        worker
    }

    @Override
    public Integer call() {
        Io io = Objects.requireNonNull(main).io();
        switch (what) {
            case broker -> Broker.at(address, io.environment()).connect().abort(1_000);
            case ollama -> io.out().println(HttpCheck.ollama(address, io.environment()));
            case worker -> io.err().println(HttpCheck.health(address));
        }
        return ExitCode.OK;
    }
}
