package io.chatworker.cli;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "list", description = "Shows the dead letters and leaves them in the queue.")
final class DeadLettersList implements Callable<Integer> {

    @ParentCommand
    @Nullable
    DeadLetters parent;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many; default: ${DEFAULT-VALUE}.")
    int limit = 100;

    @Option(names = "--id", paramLabel = "REQUEST_ID", description = "Only this request.")
    @Nullable
    String id;

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
            int shown = show(io, letters);
            letters.giveBack();
            io.err().println(shown + " shown of " + letters.size() + " dead letters.");
            return ExitCode.OK;
        } catch (IOException | AlreadyClosedException e) {
            throw Broken.trouble(e, broker.topology());
        } finally {
            connection.abort(1_000);
        }
    }

    private int show(Main io, DeadLetterQueue letters) throws IOException {
        int shown = 0;
        while (shown < limit) {
            DeadLetter letter = letters.next(
                    candidate -> id == null || candidate.requestId().equals(id));
            if (letter == null) {
                break;
            }
            io.out().println(json ? Json.line(letter.json()) : letter.line());
            shown++;
        }
        io.out().flush();
        return shown;
    }
}
