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
        description =
                "Sends dead letters again as new requests; removes each once the broker has accepted the new request.")
final class DeadLettersReplay implements Callable<Integer> {

    @ParentCommand
    @Nullable
    DeadLetters parent;

    @Mixin
    WhichLetters which = new WhichLetters();

    @Option(names = "--dry-run", description = "Only show what would be sent.")
    boolean dryRun;

    @Option(names = "--json", description = "Every replay as a line of JSON.")
    boolean json;

    @Override
    public Integer call() {
        Main io = Objects.requireNonNull(parent).main();
        Broker broker = io.broker();
        Connection connection = broker.connect();
        try {
            DeadLetterQueue letters = new DeadLetterQueue(
                    connection.createChannel(), broker.topology().deadLetters());
            Publisher publisher = new Publisher(connection);
            int replayed;
            try {
                replayed = which.each(letters, letter -> replay(io, letter, letters, publisher, broker.topology()));
            } finally {
                letters.giveBack();
            }
            io.err().println((dryRun ? "Would replay " : "Replayed ") + replayed + " dead letters.");
            return replayed == 0 && which.id != null ? ExitCode.FAILED : ExitCode.OK;
        } catch (IOException | AlreadyClosedException e) {
            throw Broken.trouble(e, broker.topology());
        } finally {
            connection.abort(1_000);
        }
    }

    /** Confirmed in the new place first, then removed from the old one: a crash in between repeats it and loses nothing. */
    private void replay(Main io, DeadLetter letter, DeadLetterQueue letters, Publisher publisher, Topology topology)
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
