package io.chatworker.cli;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "replay",
        description = "Sends them again as new requests; removes each once the broker has accepted the new request.")
final class LettersReplay implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Letters parent;

    @Mixin
    WhichLetters which = new WhichLetters();

    @Option(names = "--dry-run", description = "Only show what would be sent.")
    boolean dryRun;

    @Option(names = "--json", description = "Every replay as a line of JSON.")
    boolean json;

    @Override
    public Integer call() {
        Letters kind = Objects.requireNonNull(parent);
        Main io = kind.main();
        Broker broker = io.broker();
        Connection connection = broker.connect();
        try {
            LetterQueue letters = new LetterQueue(connection.createChannel(), kind.queue(broker.topology()));
            Publisher publisher = new Publisher(connection);
            int replayed;
            try {
                replayed = which.each(letters, letter -> replay(io, letter, letters, publisher, broker.topology()));
            } finally {
                letters.requeue();
            }
            io.err().println((dryRun ? "Would replay " : "Replayed ") + replayed + " " + kind.name() + ".");
            return replayed == 0 && which.id != null ? ExitCode.FAILED : ExitCode.OK;
        } catch (IOException | AlreadyClosedException e) {
            throw Broken.trouble(e, broker.topology());
        } finally {
            connection.abort(1_000);
        }
    }

    /** Confirmed in the new place first, then removed from the old one: a crash in between repeats it and loses nothing. */
    private void replay(Main io, Letter letter, LetterQueue letters, Publisher publisher, Topology topology)
            throws IOException {
        Replay replay = Replay.of(letter, NewId.of("r"), Instant.now());
        if (!dryRun) {
            switch (publisher.publish(topology.requests(), replay.routingKey(), replay.properties(), replay.body())) {
                case TAKEN -> letters.remove(letter);
                case RETURNED ->
                    throw new Trouble(
                            "No queue takes requests for '" + replay.routingKey() + "'; the letter stays.",
                            "Start a worker for it with ops/worker.");
                case REFUSED ->
                    throw new Trouble(
                            "The queue of requests is full; the letter stays.",
                            "Try again once the workers have caught up.");
            }
        }
        io.out()
                .println(
                        json
                                ? Json.line(letter.json().put("new_request_id", replay.requestId()))
                                : letter.requestId() + " -> " + replay.requestId() + "  " + letter.code());
        io.out().flush();
    }
}
