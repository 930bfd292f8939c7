package io.chatworker.cli;

import org.jspecify.annotations.Nullable;

/** Something that the person at the terminal has to know: what is wrong, and what to do next. */
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

    String what() {
        return String.valueOf(getMessage());
    }

    String nextStep() {
        return nextStep;
    }
}
