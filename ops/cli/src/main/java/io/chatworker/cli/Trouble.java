package io.chatworker.cli;

import io.chatworker.client.ConnectFailure;
import io.chatworker.client.NotConnected;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A problem for the person at the terminal: what is wrong, and what to do next. */
final class Trouble extends RuntimeException {

    private final String nextStep;

    Trouble(String what, String nextStep) {
        super(what);
        this.nextStep = nextStep;
    }

    Trouble(String what, String nextStep, @Nullable Throwable cause) {
        super(what, cause);
        this.nextStep = nextStep;
    }

    /** By two parts of a sentence. */
    static Trouble of(String what, String nextStep) {
        return new Trouble(sentence(what), sentence(nextStep));
    }

    /** No node accepted the connection: names all of them, and says what to do about the last. */
    static Trouble of(NotConnected e) {
        List<ConnectFailure> failures = e.failures();
        return new Trouble(
                failures.stream().map(failure -> sentence(failure.what())).collect(Collectors.joining(" ")),
                sentence(failures.getLast().remedy()),
                e);
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    String what() {
        return String.valueOf(getMessage());
    }

    String nextStep() {
        return nextStep;
    }
}
