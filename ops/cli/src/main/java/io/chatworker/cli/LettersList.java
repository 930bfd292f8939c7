package io.chatworker.cli;

import io.chatworker.cli.letters.Letter;
import io.chatworker.cli.letters.LetterTable;
import io.chatworker.cli.view.Json;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "list", description = "Shows a page of them, newest first, and leaves them in the queue.")
final class LettersList implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Letters parent;

    @Mixin
    WhichLetters which = new WhichLetters();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            converter = Count.class,
            description = "So many on a page; default: ${DEFAULT-VALUE}.")
    int limit = 20;

    @Option(
            names = "--page",
            paramLabel = "N",
            defaultValue = "1",
            converter = Count.class,
            description = "Which page; default: ${DEFAULT-VALUE}.")
    int page = 1;

    @Option(names = "--json", description = "Every letter of the page as a line of JSON.")
    boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Letters kind = Objects.requireNonNull(parent);
        return kind.with((letters, connection, topology) -> {
            List<Letter> all = which.of(letters.newestFirst());
            long from = Math.min((page - 1L) * limit, all.size());
            List<Letter> shown = all.subList((int) from, (int) Math.min(from + limit, all.size()));
            print(shown, json, kind.io());
            kind.io().err().println(footer(kind, from, shown.size(), all.size()));
            return ExitCode.OK;
        });
    }

    /** As a table, or as lines of JSON. */
    static void print(List<Letter> letters, boolean json, Io io) {
        if (json) {
            letters.forEach(letter -> io.out().println(Json.line(letter.json())));
        } else if (!letters.isEmpty()) {
            LetterTable.of(letters, Instant.now(), io.width()).forEach(io.out()::println);
        }
        io.out().flush();
    }

    private String footer(Letters kind, long from, int shown, int all) {
        if (shown == 0 && all > 0) {
            return "There is no page " + page + ": " + kind.name(all) + " in all.";
        }
        if (shown == 0) {
            return which.any() ? "None that fits." : kind.name(0) + ".";
        }
        long first = from + 1;
        long last = from + shown;
        String shownOf = shown == all ? "" : first + " to " + last + " of ";
        boolean more = last < all;
        return shownOf + kind.name(all) + ", newest first." + (more ? " The next page: --page " + (page + 1) : "");
    }
}
