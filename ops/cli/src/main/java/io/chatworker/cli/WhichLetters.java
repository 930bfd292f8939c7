package io.chatworker.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Selects the letters of a command. */
final class WhichLetters {

    /** What to do with one of them. */
    interface Step {
        void take(Letter letter) throws IOException;
    }

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most this many; default: ${DEFAULT-VALUE}.")
    int limit = 100;

    @Option(names = "--id", paramLabel = "REQUEST_ID", description = "Only this request.")
    @Nullable
    String id;

    /** Handles each of them in turn, and returns how many there were. */
    int each(LetterQueue letters, Step step) throws IOException {
        int taken = 0;
        while (taken < limit) {
            Letter letter = letters.next(
                    candidate -> id == null || candidate.requestId().equals(id));
            if (letter == null) {
                break;
            }
            step.take(letter);
            taken++;
        }
        return taken;
    }
}
