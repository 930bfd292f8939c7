package io.chatworker.cli;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "list", description = "Shows the dead letters and leaves them in the queue.")
final class DeadLettersList implements Callable<Integer> {

    @ParentCommand
    @Nullable
    DeadLetters parent;

    @Mixin
    WhichLetters which = new WhichLetters();

    @Option(names = "--json", description = "Every letter as a line of JSON.")
    boolean json;

    @Override
    public Integer call() {
        Main io = Objects.requireNonNull(parent).main();
        Broker broker = io.broker();
        Connection connection = broker.connect();
        try {
            DeadLetterQueue letters = new DeadLetterQueue(
                    connection.createChannel(), broker.topology().deadLetters());
            int shown =
                    which.each(letters, letter -> io.out().println(json ? Json.line(letter.json()) : letter.line()));
            io.out().flush();
            letters.giveBack();
            io.err().println(shown + " shown of " + letters.size() + " dead letters.");
            return ExitCode.OK;
        } catch (IOException | AlreadyClosedException e) {
            throw Broken.trouble(e, broker.topology());
        } finally {
            connection.abort(1_000);
        }
    }
}
