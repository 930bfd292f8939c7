package io.chatworker.cli;

import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.TerminalEvent;

/** Where an answer is shown while it grows: as text for people, as lines of JSON for programs. */
interface AnswerView {

    /** Every event, also those that count for nothing. */
    void arrived(Event event);

    void changed(AnswerChange change);

    void unreadable(Event event, RuntimeException why);

    void nobodyTakesIt();

    /** What is said when all is over. */
    void ended(TerminalEvent event);
}
