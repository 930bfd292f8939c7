package io.chatworker.worker.settings;

import java.util.List;

/** Some variables hold what cannot be used; the message names each and says what it accepts. */
public final class InvalidSettings extends RuntimeException {

    private final List<String> problems;

    public InvalidSettings(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence for each bad value. */
    public List<String> problems() {
        return problems;
    }
}
