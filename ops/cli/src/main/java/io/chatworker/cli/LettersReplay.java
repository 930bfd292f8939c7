package io.chatworker.cli;

import com.rabbitmq.client.GetResponse;
import io.chatworker.cli.letters.Letter;
import io.chatworker.cli.letters.Replay;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    HowMany howMany = new HowMany();

    @Override
    public Integer call() throws InterruptedException {
        Letters kind = Objects.requireNonNull(parent);
        return kind.with((letters, connection, topology) -> {
            List<Letter> fitting = which.of(letters.newestFirst());
            List<Letter> chosen = howMany.of(fitting);
            if (howMany.dryRun) {
                LettersList.print(chosen, howMany.json, kind.io());
                return howMany.done("Would replay ", chosen.size(), fitting.size(), which, kind);
            }
            Publisher publisher = new Publisher(connection);
            int replayed =
                    letters.each(chosen, (letter, message) -> replay(letter, message, publisher, topology, kind.io()));
            return howMany.done("Replayed ", replayed, fitting.size(), which, kind);
        });
    }

    /** Confirmed in the new place first, then removed from the old one: a crash in between repeats it and loses nothing. */
    private boolean replay(Letter letter, GetResponse message, Publisher publisher, Topology topology, Io io)
            throws IOException {
        Replay replay = Replay.of(message, NewId.of("r"), Instant.now());
        switch (publisher.publish(topology.requests(), replay.routingKey(), replay.properties(), replay.body())) {
            case TAKEN -> {}
            case RETURNED ->
                throw new Trouble(
                        "No queue takes requests for '" + replay.routingKey() + "'; the letter stays.",
                        "Start a worker for it with ops/worker.");
            case REFUSED ->
                throw new Trouble(
                        "The queue of requests is full; the letter stays.",
                        "Try again once the workers have caught up.");
        }
        io.out()
                .println(
                        howMany.json
                                ? Json.line(letter.json().put("new_request_id", replay.requestId()))
                                : letter.requestId() + " -> " + replay.requestId() + "  " + letter.code());
        io.out().flush();
        return true;
    }
}
