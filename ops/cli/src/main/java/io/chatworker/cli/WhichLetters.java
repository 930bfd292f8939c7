package io.chatworker.cli;

import io.chatworker.cli.letters.Letter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Selects letters; each option narrows the choice. */
final class WhichLetters {

    @Option(names = "--id", paramLabel = "REQUEST_ID", description = "Only this request; repeatable.")
    List<String> ids = new ArrayList<>();

    @Option(names = "--code", paramLabel = "CODE", description = "Only with this error code; repeatable.")
    List<String> codes = new ArrayList<>();

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "Only those that failed longer ago, such as 90s, 30m or 48h.")
    @Nullable
    Duration olderThan;

    @Option(
            names = "--newer-than",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "Only those that failed since.")
    @Nullable
    Duration newerThan;

    boolean any() {
        return !ids.isEmpty() || !codes.isEmpty() || olderThan != null || newerThan != null;
    }

    /** Those of the letters that every option wants, in their order. */
    List<Letter> of(List<Letter> letters) {
        Instant now = Instant.now();
        return letters.stream().filter(letter -> wants(letter, now)).toList();
    }

    private boolean wants(Letter letter, Instant now) {
        Instant at = letter.failedAt();
        return (ids.isEmpty() || ids.contains(letter.requestId()))
                && (codes.isEmpty() || codes.contains(letter.code()))
                && (olderThan == null || (at != null && at.isBefore(now.minus(olderThan))))
                && (newerThan == null || (at != null && at.isAfter(now.minus(newerThan))));
    }
}
