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

/** For a person at a terminal: the answer as it grows, the thinking before it dimmed, and the figures at its end. */
public final class TerminalView implements AnswerView {

    private final Screen screen;
    private final boolean prompting;
    private boolean shown;
    private boolean thinking;
    private String model = "the model";

    /**
     * For one answer, which is waited for from now on.
     *
     * @param prompting whether a prompt with slash commands follows, which the advice on failures then names
     */
    public TerminalView(Screen screen, boolean prompting) {
        this.screen = screen;
        this.prompting = prompting;
        screen.status("queued");
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
            case AnswerChange.Appended appended -> show(appended.piece());
            case AnswerChange.Settled settled -> show(settled.piece());
        }
    }

    private void startAgain() {
        endThinking();
        screen.line("(the answer starts again from the beginning)", Style.DIM);
        shown = false;
    }

    private void note(ChatEvent event) {
        if (event instanceof Started started) {
            model = started.model();
            screen.status(model + " reads the question");
        }
        if (event instanceof Waiting waiting) {
            screen.status(WaitingNote.reason(waiting, model));
        }
        if (event instanceof ToolCallEvent call) {
            tool(ToolLine.asked(call.name(), call.arguments()), call.name() + " is asked");
        }
        if (event instanceof ToolResultEvent result) {
            tool(ToolLine.answered(result.durationMs(), result.content(), result.error()), model + " reads the result");
        }
    }

    private void tool(String line, String status) {
        endThinking();
        screen.endLine();
        screen.cutLine(line, Style.CALL);
        screen.status(status);
        shown = true;
    }

    private void show(AnswerPiece piece) {
        if (!piece.thinking().isEmpty()) {
            screen.text(
                    thinking
                            ? piece.thinking()
                            : "(thinking) " + piece.thinking().stripLeading(),
                    Style.DIM);
            thinking = true;
            shown = true;
        }
        if (!piece.content().isEmpty()) {
            endThinking();
            // Models like to begin with white space; a terminal's line does not.
            screen.text(shown ? piece.content() : piece.content().stripLeading());
            shown |= !piece.content().isBlank();
        }
        piece.toolCalls().forEach(call -> {
            endThinking();
            screen.cutLine(ToolLine.left(call), Style.CALL);
        });
    }

    private void endThinking() {
        if (thinking) {
            screen.gap();
            thinking = false;
        }
    }

    @Override
    public void waits(String why) {
        screen.status(why);
    }

    @Override
    public void ended(TerminalEvent event) {
        endThinking();
        if (shown) {
            screen.gap();
        }
        switch (event) {
            case Completed completed -> screen.line(SummaryLine.of(completed), Style.DIM);
            case Failed failed -> failed(failed);
            case Cancelled cancelled -> screen.line(CancelledNote.of(cancelled), Style.DIM);
        }
    }

    private void failed(Failed failed) {
        screen.line(
                "failed: " + failed.error().code().wire() + ": "
                        + failed.error().message(),
                Style.ALARM);
        FailureDetails.problems(failed.error()).forEach(problem -> screen.line("  " + problem, Style.ALARM));
        screen.line(NextStep.after(failed, prompting), Style.BOLD);
    }

    @Override
    public void broken(String why) {
        endThinking();
        if (shown) {
            screen.gap();
        }
        if (!why.isEmpty()) {
            screen.line(why, Style.DIM);
        }
    }
}
