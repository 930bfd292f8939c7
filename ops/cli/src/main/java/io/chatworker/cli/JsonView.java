package io.chatworker.cli;

import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.TerminalEvent;
import java.io.PrintStream;

/** Every event as a line of JSON on standard output. */
record JsonView(PrintStream out, PrintStream err) implements AnswerView {

    @Override
    public void arrived(Event event) {
        out.println(event.jsonLine());
        out.flush();
    }

    @Override
    public void changed(AnswerChange change) {}

    @Override
    public void unreadable(Event event, RuntimeException why) {
        err.println("note: skipped an event that this version cannot read: " + event.type());
    }

    @Override
    public void nobodyTakesIt() {
        err.println(TextView.NOBODY);
    }

    @Override
    public void ended(TerminalEvent event) {}
}
