package io.chatworker.cli.letters;

import io.chatworker.cli.view.Columns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Letters as a table for people: a header, then a line each. */
public final class LetterTable {

    private static final List<String> HEADER = List.of("AGE", "REQUEST", "CODE", "MODEL", "SIZE", "MESSAGE");

    private LetterTable() {}

    /**
     * The lines of the table.
     *
     * @param width what a line may take; longer messages are cut
     */
    public static List<String> of(List<Letter> letters, Instant now, int width) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADER));
        for (Letter letter : letters) {
            rows.add(List.of(
                    age(letter, now),
                    letter.requestId(),
                    letter.code(),
                    letter.model(),
                    size(letter.bytes()),
                    letter.reason()));
        }
        return Columns.of(rows, width);
    }

    private static String age(Letter letter, Instant now) {
        if (letter.failedAt() == null) {
            return "-";
        }
        long seconds = Math.max(0, Duration.between(letter.failedAt(), now).toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 120 * 60) {
            return seconds / 60 + " min";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }

    private static String size(int bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        return bytes < 1024 * 1024 ? bytes / 1024 + " KiB" : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
