package io.chatworker.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The dead letters that a command is about. */
final class WhichLetters {

    /** What is done with one. */
    interface Step {
        void take(DeadLetter letter) throws IOException;
    }

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many; default: ${DEFAULT-VALUE}.")
    int limit = 100;

    @Option(names = "--id", paramLabel = "REQUEST_ID", description = "Only this request.")
    @Nullable
    String id;

    /** Takes each of them in turn; how many there were. */
    int each(DeadLetterQueue letters, Step step) throws IOException {
        int taken = 0;
        while (taken < limit) {
            DeadLetter letter = letters.next(
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
