package io.chatworker.cli.view;

import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.AnswerPiece;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.Started;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.ToolCallEvent;
import io.chatworker.contracts.ToolResultEvent;
import io.chatworker.contracts.Waiting;
import java.io.PrintStream;

/** Prints the text of the answer on standard output as it arrives, and everything about it on standard error. */
public final class PlainView implements AnswerView {

    private final PrintStream out;
    private final PrintStream err;
    private boolean shown;
    private boolean lineOpen;
    private boolean thinking;
    private String model = "the model";

    public PlainView(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void arrived(ReceivedEvent event) {}

    @Override
    public void changed(AnswerChange change) {
        if (change.restart() && shown) {
            startAgain();
        }
        switch (change) {
            case AnswerChange.Ignored _ -> {}
            case AnswerChange.Noted noted -> note(noted.event());
            case AnswerChange.Appended appended -> print(appended.piece());
            case AnswerChange.Settled settled -> print(settled.piece());
        }
    }

    /** On a line of its own, while the text on standard output goes on over it. */
    private void tool(String line) {
        endThinking();
        err.println(lineOpen ? "\n" + line : line);
    }

    private void startAgain() {
        endLine();
        err.println("note: the answer starts again from the beginning");
        shown = false;
    }

    private void note(ChatEvent event) {
        if (event instanceof Started started) {
            model = started.model();
        }
        if (event instanceof Waiting waiting) {
            endLine();
            err.println(WaitingNote.of(waiting, model));
        }
        if (event instanceof ToolCallEvent call) {
            tool(ToolLine.asked(call.name(), call.arguments()));
        }
        if (event instanceof ToolResultEvent result) {
            tool(ToolLine.answered(result.durationMs(), result.content(), result.error()));
        }
    }

    private void print(AnswerPiece piece) {
        if (!piece.thinking().isEmpty()) {
            err.print(thinking ? piece.thinking() : "thinking: " + piece.thinking());
            err.flush();
            thinking = true;
        }
        if (!piece.content().isEmpty()) {
            endThinking();
            out.print(piece.content());
            lineOpen = !piece.content().endsWith("\n");
            shown = true;
        }
        piece.toolCalls().forEach(call -> {
            endLine();
            err.println(ToolLine.left(call));
        });
        out.flush();
    }

    private void endThinking() {
        if (thinking) {
            err.println();
            thinking = false;
        }
    }

    private void endLine() {
        endThinking();
        if (lineOpen) {
            out.println();
            out.flush();
            lineOpen = false;
        }
    }

    @Override
    public void waits(String why) {
        err.println("note: " + why);
    }

    @Override
    public void ended(TerminalEvent event) {
        endLine();
        switch (event) {
            case Completed completed -> err.println(SummaryLine.of(completed));
            case Failed failed -> {
                err.println("failed: " + failed.error().code().wire() + ": "
                        + failed.error().message());
                FailureDetails.problems(failed.error()).forEach(problem -> err.println("  " + problem));
                err.println(NextStep.after(failed, false));
            }
            case Cancelled cancelled -> err.println(CancelledNote.of(cancelled));
        }
    }

    @Override
    public void broken(String why) {
        endLine();
        if (!why.isEmpty()) {
            err.println(why);
        }
    }
}
