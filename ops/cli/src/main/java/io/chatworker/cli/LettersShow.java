package io.chatworker.cli;

import com.rabbitmq.client.GetResponse;
import io.chatworker.cli.letters.Letter;
import io.chatworker.cli.letters.LetterText;
import io.chatworker.cli.view.Json;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "show", description = "Shows one whole: its properties, its headers, and the request itself.")
final class LettersShow implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Letters parent;

    @Parameters(paramLabel = "REQUEST_ID", description = "As in the list.")
    String id = "";

    @Option(names = "--json", description = "As a line of JSON.")
    boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Letters kind = Objects.requireNonNull(parent);
        return kind.with((letters, connection, topology) -> {
            List<Letter> these = letters.newestFirst().stream()
                    .filter(letter -> letter.requestId().equals(id))
                    .toList();
            int shown = letters.each(these, (letter, message) -> show(letter, message, kind.io()));
            if (shown == 0) {
                throw new Trouble(
                        "'" + id + "' is not among the " + kind.name(2).substring(2) + ".",
                        "Look for it with the command list.");
            }
            return ExitCode.OK;
        });
    }

    private boolean show(Letter letter, GetResponse message, Io io) {
        io.out().println(json ? Json.line(LetterText.json(letter, message)) : LetterText.of(letter, message));
        io.out().flush();
        return false;
    }
}
