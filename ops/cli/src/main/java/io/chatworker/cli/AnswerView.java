package io.chatworker.cli;

import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.TerminalEvent;

/** Shows an answer while it grows: as text for people, or as lines of JSON for programs. */
interface AnswerView {

    /** Every event, including those that do not count. */
    void arrived(Event event);

    void changed(AnswerChange change);

    void unreadable(Event event, RuntimeException why);

    void nobodyTakesIt();

    /** The request has ended with this event. */
    void ended(TerminalEvent event);
}
