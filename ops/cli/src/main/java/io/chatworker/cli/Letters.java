package io.chatworker.cli;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import io.chatworker.cli.letters.LetterQueue;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Requests that failed and were kept, in one of two queues. */
@Command(subcommands = {LettersList.class, LettersShow.class, LettersReplay.class, LettersDrop.class})
abstract sealed class Letters implements Runnable {

    @Command(
            name = "dead-letters",
            description = "Requests that could not be served: lists, shows, replays or drops them.")
    static final class Dead extends Letters {
        @Override
        String queue(Topology topology) {
            return topology.deadLetters();
        }

        @Override
        String name(int count) {
            return count == 1 ? "1 dead letter" : count + " dead letters";
        }
    }

    @Command(
            name = "rejected",
            description = "Requests whose sender got them wrong: lists, shows, replays or drops them.")
    static final class Rejected extends Letters {
        @Override
        String queue(Topology topology) {
            return topology.rejected();
        }

        @Override
        String name(int count) {
            return count == 1 ? "1 rejected request" : count + " rejected requests";
        }
    }

    /** What a command does with the queue, and its exit code. */
    interface Work {
        int on(LetterQueue letters, Connection connection, Topology topology) throws IOException, InterruptedException;
    }

    @ParentCommand
    @Nullable
    Main main;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "Say what to do: list, show, replay or drop.");
    }

    /** On a connection of its own, with progress where it takes long. */
    int with(Work work) throws InterruptedException {
        Io io = io();
        Broker broker = io.broker();
        Connection connection = broker.connect();
        try {
            Progress progress = new Progress(io, "Reading the " + name(2).substring(2));
            LetterQueue letters = new LetterQueue(connection.createChannel(), queue(broker.topology()), progress);
            return work.on(letters, connection, broker.topology());
        } catch (IOException | AlreadyClosedException e) {
            throw Broken.trouble(e, broker.topology());
        } finally {
            connection.abort(1_000);
        }
    }

    Io io() {
        return Objects.requireNonNull(main).io();
    }

    abstract String queue(Topology topology);

    /** So many of them, for people. */
    abstract String name(int count);
}
