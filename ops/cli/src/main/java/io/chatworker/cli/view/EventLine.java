package io.chatworker.cli.view;

import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.Chunk;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.Started;
import io.chatworker.contracts.ToolCallEvent;
import io.chatworker.contracts.ToolResultEvent;
import io.chatworker.contracts.Waiting;

/** An event on one line for people: its key and what matters for its kind. */
public final class EventLine {

    private EventLine() {}

    public static String of(ReceivedEvent event) {
        try {
            return event.routingKey() + "  "
                    + Width.printable(event.decode().map(EventLine::brief).orElse(event.type()));
        } catch (RuntimeException e) {
            return event.routingKey() + "  (unreadable: " + event.body().length + " bytes)";
        }
    }

    private static String brief(ChatEvent event) {
        return switch (event) {
            case Started started -> "attempt " + started.attempt() + "  " + started.model() + " on " + started.worker();
            case Waiting waiting -> WaitingNote.of(waiting, "the model");
            case Chunk chunk -> chunk.sequence() + "  " + said(chunk);
            case ToolCallEvent call -> ToolLine.asked(call.name(), call.arguments());
            case ToolResultEvent result -> ToolLine.answered(result.durationMs(), result.content(), result.error());
            case Completed completed -> SummaryLine.of(completed);
            case Failed failed ->
                failed.error().code().wire() + ": " + failed.error().message();
            case Cancelled cancelled -> CancelledNote.of(cancelled);
        };
    }

    private static String said(Chunk chunk) {
        StringBuilder said = new StringBuilder();
        if (chunk.thinking() != null) {
            said.append("thinking ").append(Json.line(chunk.thinking())).append(' ');
        }
        if (chunk.content() != null) {
            said.append(Json.line(chunk.content()));
        }
        if (chunk.toolCalls() != null) {
            said.append(" tool calls ").append(Json.line(chunk.toolCalls()));
        }
        return said.toString().strip();
    }
}
