package io.chatworker.cli;

import io.chatworker.cli.letters.Letter;
import io.chatworker.cli.view.Json;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "drop", description = "Deletes them for good; look with --dry-run first.")
final class LettersDrop implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Letters parent;

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    WhichLetters which = new WhichLetters();

    @Mixin
    HowMany howMany = new HowMany();

    @Option(names = "--all", description = "Whichever they are; needed where no option says which.")
    boolean all;

    @Override
    public Integer call() throws InterruptedException {
        if (!all && !which.any()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "Say which to drop: --id, --code, --older-than, --newer-than, or --all.");
        }
        Letters kind = Objects.requireNonNull(parent);
        return kind.with((letters, connection, topology) -> {
            List<Letter> fitting = which.of(letters.newestFirst());
            List<Letter> chosen = howMany.of(fitting);
            if (howMany.dryRun) {
                LettersList.print(chosen, howMany.json, kind.io());
                return howMany.done("Would drop ", chosen.size(), fitting.size(), which, kind);
            }
            int dropped = letters.each(chosen, (letter, message) -> told(letter, kind.io()));
            return howMany.done("Dropped ", dropped, fitting.size(), which, kind);
        });
    }

    private boolean told(Letter letter, Io io) {
        io.out().println(howMany.json ? Json.line(letter.json()) : letter.requestId() + "  " + letter.code());
        io.out().flush();
        return true;
    }
}
