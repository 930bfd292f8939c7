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

@Command(name = "list", description = "Shows them and leaves them in the queue.")
final class LettersList implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Letters parent;

    @Mixin
    WhichLetters which = new WhichLetters();

    @Option(names = "--json", description = "Every letter as a line of JSON.")
    boolean json;

    @Override
    public Integer call() {
        Letters kind = Objects.requireNonNull(parent);
        Main io = kind.main();
        Broker broker = io.broker();
        Connection connection = broker.connect();
        try {
            LetterQueue letters = new LetterQueue(connection.createChannel(), kind.queue(broker.topology()));
            int shown =
                    which.each(letters, letter -> io.out().println(json ? Json.line(letter.json()) : letter.line()));
            io.out().flush();
            letters.requeue();
            io.err().println(shown + " shown of " + letters.size() + " " + kind.name() + ".");
            return ExitCode.OK;
        } catch (IOException | AlreadyClosedException e) {
            throw Broken.trouble(e, broker.topology());
        } finally {
            connection.abort(1_000);
        }
    }
}
