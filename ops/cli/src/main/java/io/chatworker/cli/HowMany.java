package io.chatworker.cli;

import io.chatworker.cli.letters.Letter;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of the commands that take letters out of their queue, and what they say at the end. */
final class HowMany {

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            converter = Count.class,
            description = "At most the newest N; default: ${DEFAULT-VALUE}.")
    int limit = 100;

    @Option(names = "--dry-run", description = "Only show which they are.")
    boolean dryRun;

    @Option(names = "--json", description = "Every letter as a line of JSON.")
    boolean json;

    List<Letter> of(List<Letter> fitting) {
        return fitting.subList(0, Math.min(limit, fitting.size()));
    }

    /** Says what was done, and returns the exit code: a failure where a request was named and is not there. */
    int done(String what, int taken, int fitting, WhichLetters which, Letters kind) {
        int left = fitting - taken;
        kind.io()
                .err()
                .println(what + kind.name(taken) + "."
                        + (left > 0 && !dryRun
                                ? " " + kind.name(left) + " more; run it again, or raise --limit."
                                : ""));
        return taken == 0 && !which.ids.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
    }
}
