package io.chatworker.cli.view;

import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.TerminalEvent;

/** Shows an answer while it grows: as text for people, or as lines of JSON for programs. */
public interface AnswerView {

    /** Every event, including those that do not count; by another thread than the rest. */
    void arrived(ReceivedEvent event);

    void changed(AnswerChange change);

    /** What one waits for, in words; by any thread. */
    void waits(String why);

    /** The request has ended with this event. */
    void ended(TerminalEvent event);

    /** Nobody waits for it any more; why, in a sentence, or empty where that is told elsewhere. */
    void broken(String why);
}
