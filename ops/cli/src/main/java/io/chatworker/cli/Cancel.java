package io.chatworker.cli;

import io.chatworker.cli.view.Json;
import io.chatworker.client.ChatClient;
import io.chatworker.contracts.Contract;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "cancel", description = "Stops a request, or everything that a conversation has asked so far.")
final class Cancel implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Main main;

    @Spec
    @Nullable
    CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    Target target = new Target();

    @Option(names = "--json", description = "The outcome as a line of JSON.")
    boolean json;

    /** One of the two. */
    static final class Target {
        @Parameters(paramLabel = "REQUEST_ID", description = "The request to stop.")
        @Nullable
        String request;

        @Option(names = "--conversation", paramLabel = "ID", description = "The conversation to stop.")
        @Nullable
        String conversation;
    }

    @Override
    public Integer call() {
        Io io = Objects.requireNonNull(main).io();
        String id = target.request != null ? target.request : Objects.requireNonNull(target.conversation);
        if (!Contract.isId(id)) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "'" + id + "' is not an id: 1 to 64 letters, digits, '_' and '-'");
        }
        try (ChatClient client = io.client()) {
            boolean heard = target.request != null ? client.cancel(id) : client.cancelConversation(id);
            if (json) {
                io.out().println(Json.line(Json.object().put("id", id).put("heard", heard)));
            } else if (heard) {
                io.err().println("Asked the workers to stop " + id + ", if one of them is answering it.");
            }
            if (!heard) {
                throw new Trouble(
                        "No worker listens to commands.", "Start one with ops/worker, or check CHAT_NAMESPACE.");
            }
            return ExitCode.OK;
        }
    }
}
