package io.chatworker.cli.view;

import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.TerminalEvent;
import java.io.PrintStream;

/** Every event as a line of JSON on standard output. */
public record JsonView(PrintStream out, PrintStream err) implements AnswerView {

    @Override
    public void arrived(ReceivedEvent event) {
        out.println(EventJson.line(event));
        out.flush();
    }

    @Override
    public void changed(AnswerChange change) {}

    @Override
    public void waits(String why) {
        err.println("note: " + why);
    }

    @Override
    public void ended(TerminalEvent event) {}

    @Override
    public void broken(String why) {
        if (!why.isEmpty()) {
            err.println(why);
        }
    }
}
