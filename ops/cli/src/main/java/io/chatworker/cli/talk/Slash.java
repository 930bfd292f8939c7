package io.chatworker.cli.talk;

import java.util.List;
import java.util.function.Supplier;

/**
 * A command at the prompt.
 *
 * @param name with its slash
 * @param argument what may follow, for people; empty where nothing may
 * @param choices what Tab offers for the argument, unless it {@link #takesFile}
 */
record Slash(String name, String argument, String help, Supplier<List<String>> choices, Action action) {

    static final Supplier<List<String>> NOTHING = List::of;

    /** Does it, and says what was done; an {@link java.io.IOException} carries a sentence for the person. */
    interface Action {
        Reply run(String argument) throws java.io.IOException;
    }

    Slash(String name, String argument, String help, Action action) {
        this(name, argument, help, NOTHING, action);
    }

    boolean takesFile() {
        return argument.equals("FILE");
    }

    String usage() {
        return (name + ' ' + argument).strip();
    }
}
