package io.chatworker.cli.talk;

/** What follows a command of the prompt. */
public sealed interface Reply {

    /** It is done, and this is to be shown. */
    record Said(String text) implements Reply {}

    /** The last question is to be asked again. */
    record AskAgain() implements Reply {}

    /** The person leaves. */
    record Leave() implements Reply {}
}
